// The worker: owns the engine, trains in short slices, and answers the page between them.

import init, { Session } from '../../pkg/gradus_wasm.js';
import { isOver, Pace } from './pace';
import { previews } from './previews';
import { JSON_METHODS, type Frame, type FromWorker, type LayerLayout, type Limits, type Method, type Scene, type Start, type Status, type ToWorker, type View } from './protocol';
import { Rest } from './rest';

const SNAPSHOT_EVERY = 4000; // milliseconds

/** Methods that only look. Every other one may change what is drawn. */
const LOOKING: ReadonlySet<Method> = new Set<Method>([
  'address', 'featureNames', 'command', 'config', 'confusion', 'dataCsv', 'diagnosis', 'field', 'fields', 'classesField', 'histograms', 'inspect', 'inspectPoint',
  'layout', 'lessonCheck', 'limits', 'losses', 'marks', 'modelFile', 'networkSvg', 'parameters', 'points', 'predictions', 'share',
  'snapshot', 'space', 'status',
]);

/** Methods that change numbers but neither settings nor data. */
const TRAINING: ReadonlySet<Method> = new Set<Method>(['train', 'trainExamples', 'trainBatches', 'setParameter']);

/** The addresses that stand for no setting: the opening of the engine is all that they need. */
const PLAIN = /^(#(v=1)?)?$/;

let rest: Rest;
/** Whether a frame is on its way to the page: when the next one is asked for, it has been drawn. */
let hasShown = false;
let timeForRest: () => void;
/** From then on the rest of the engine may have the network and the processor. */
const shown = new Promise<void>((resolve) => (timeForRest = resolve));
let session: Session | null = null;
let playing = false;
let sliceDue = false;
let numbersChanged = true;
let sceneChanged = true;
let lastView = '';
let lastSnapshot = -Infinity;
const pace = new Pace();

// Messages to ourselves stand in the same queue as those of the page, so that training never delays an answer by more than a slice.
const next = new MessageChannel();
next.port1.onmessage = slice;

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function schedule(): void {
  if (sliceDue || !playing || !session) return;
  sliceDue = true;
  next.port2.postMessage(null);
}

function slice(): void {
  sliceDue = false;
  if (!playing || !session) return;
  try {
    const answer = pace.slice(session);
    if (answer === null) {
      // Nothing is due yet at this speed; the machine may rest until the next frame is asked for.
      sliceDue = true;
      setTimeout(slice, 4);
      return;
    }
    numbersChanged = true;
    if (isOver(answer)) playing = false;
    else schedule();
  } catch (error) {
    playing = false;
    fail(error);
  }
}

function start(how: Start): void {
  const notices: string[] = [];
  session?.free();
  session = null;
  if ('snapshot' in how) session = Session.restore(how.snapshot);
  else if ('config' in how) session = new Session(how.config);
  else {
    const read = JSON.parse(Session.fromAddress(how.hash)) as { notices?: string[] };
    notices.push(...(read.notices ?? []));
    session = Session.open(how.hash);
  }
  numbersChanged = sceneChanged = true;
  pace.begin();
  post({ kind: 'started', notices, limits: JSON.parse(session.limits()) as Limits });
}

/** What a call gives; the types were checked where the page made it. */
function call(method: Method, values: unknown[]): unknown {
  if (!session) throw new Error('the engine has not started');
  const answer = (session[method] as (...values: unknown[]) => unknown).apply(session, values);
  if (TRAINING.has(method)) numbersChanged = true;
  else if (!LOOKING.has(method)) {
    numbersChanged = sceneChanged = true;
    pace.begin(); // A step may take much longer than before.
  }
  return method in JSON_METHODS ? JSON.parse(answer as string) : answer;
}

function frame(view: View): Frame | null {
  if (!session) return null;
  const asked = JSON.stringify(view);
  if (!numbersChanged && !sceneChanged && asked === lastView) return null;
  lastView = asked;
  const start = performance.now();
  const status = JSON.parse(session.status()) as Status;
  const scene = sceneChanged ? readScene(session) : null;
  const hasClasses = view.unit === null && (status.classes?.length ?? 0) > 2;
  const answer: Frame = {
    status,
    playing,
    parameters: session.parameters(),
    thumbnails: view.thumbnail > 0 ? session.fields(view.thumbnail) : new Float32Array(),
    thumbnailSide: view.thumbnail,
    map: view.map > 0 ? readMap(session, view, hasClasses) : new Float32Array(),
    mapSide: view.map,
    mapHasClasses: hasClasses,
    losses: view.losses ? session.losses() : null,
    scene,
    snapshot: snapshotIfDue(session),
    epochsPerSecond: playing ? pace.epochsPerSecond : 0,
    took: 0,
  };
  answer.took = performance.now() - start;
  numbersChanged = sceneChanged = false;
  return answer;
}

function readScene(session: Session): Scene {
  return {
    config: JSON.parse(session.config()),
    layout: { layers: JSON.parse(session.layout()) as LayerLayout[], feature_names: session.featureNames(), input_features: session.inputFeatures() },
    points: session.points(),
    address: session.address(),
  };
}

function readMap(session: Session, view: View, hasClasses: boolean): Float32Array {
  if (hasClasses) return session.classesField(view.map);
  if (view.unit) return session.field(view.unit.layer, view.unit.unit, view.map);
  const layers = (JSON.parse(session.layout()) as LayerLayout[]).length;
  return session.field(layers, 0, view.map);
}

function snapshotIfDue(session: Session): Uint8Array | null {
  if (!rest.isHere) return null;
  const now = performance.now();
  if (!sceneChanged && now - lastSnapshot < SNAPSHOT_EVERY) return null;
  lastSnapshot = now;
  return session.snapshot();
}

function buffers(frame: Frame | null): Transferable[] {
  if (!frame) return [];
  const arrays = [frame.parameters, frame.thumbnails, frame.map, frame.losses, frame.snapshot, frame.scene?.points];
  return arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : []));
}

/** A line that the engine refused with is passed on; anything else means that the engine cannot be trusted any more. */
function fail(error: unknown, id: number | null = null): void {
  const line = error instanceof Error ? error.message : String(error);
  if (error instanceof WebAssembly.RuntimeError || id === null) post({ kind: 'died', line });
  else post({ kind: 'refused', id, line });
}

/** Whether the opening of the engine is enough for this. Everything else comes in its order once the rest is here. */
function needsRest(message: ToWorker): boolean {
  switch (message.kind) {
    case 'start':
      return session !== null || !('hash' in message.start && PLAIN.test(message.start.hash));
    case 'call':
    case 'previews':
      return true;
    default:
      return false;
  }
}

function receive(message: ToWorker): void {
  switch (message.kind) {
    case 'start':
      return start(message.start);
    case 'call':
      return post({ kind: 'answer', id: message.id, value: call(message.method, message.values) });
    case 'frame': {
      if (session && hasShown) timeForRest();
      hasShown = session !== null;
      const answer = frame(message.view);
      return post({ kind: 'frame', frame: answer }, buffers(answer));
    }
    case 'play':
      if (playing !== message.playing) numbersChanged = true;
      playing = message.playing;
      pace.begin(1); // Whoever presses play wants to see something, in the next frame already.
      if (!sliceDue) slice();
      return;
    case 'speed':
      return pace.choose(message.speed);
    case 'previews':
      return post({ kind: 'previews', previews: previews(Session) });
  }
}

const ready = init({ module_or_path: new URL('../../pkg/gradus_wasm_bg.wasm', import.meta.url) }).then((opening) => {
  rest = new Rest(opening, () => post({ kind: 'delayed' }));
  void shown.then(() => rest.come()).catch((error) => fail(error));
});

self.onmessage = async (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  try {
    await ready;
    if (!rest.isHere && needsRest(message)) {
      if (session) await shown;
      await rest.come();
    }
    receive(message);
    schedule();
  } catch (error) {
    fail(error, message.kind === 'call' ? message.id : null);
  }
};
