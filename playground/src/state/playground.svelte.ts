// What the engine trains, as the page knows it. Settings are changed here, and come back from the engine as it understood them.

import { SvelteSet } from 'svelte/reactivity';
import { SIGNED, type Range } from '../draw/field';
import { colourRange } from '../draw/scale';
import { Engine } from '../engine/client';
import { THUMBNAIL_SIDE, type Answer, type Arguments, type Config, type DrawnPlane, type Frame, type Layout, type Limits, type Method, type Previews, type Scene, type Status, type Stop, type View as FrameView } from '../engine/protocol';
import { language } from '../text/language.svelte';
import { whole } from '../text/numbers';
import { settings, SPEEDS } from './settings.svelte';
import { view } from './view.svelte';

export interface Notice {
  id: number;
  line: string;
  level: 'note' | 'warning';
}

/** Called for every frame; meant for drawing, so nothing here goes through the reactive state. */
export type Draw = (frame: Frame) => void;

const MAP = 100;
const COARSE_MAP = 50; // while training, where a fine one takes too long
const LONG = 4; // milliseconds in the worker: a quarter of a frame
const SLOW_FRAMES = 5; // in a row, before the map becomes coarse until something is changed
const LOSSES_EVERY = 100; // milliseconds: a chart is read, not watched
const ADDRESS_EVERY = 400;
const MOST_NOTICES = 4;
const NOTICE_STAYS = { note: 10_000, warning: 20_000 };
const FIGURES_EVERY = 60; // milliseconds: nobody reads figures that change with every frame

class Playground {
  config = $state.raw<Config | null>(null);
  status = $state.raw<Status | null>(null);
  layout = $state.raw<Layout | null>(null);
  points = $state.raw<Float32Array>(new Float32Array());
  limits = $state.raw<Limits | null>(null);
  previews = $state.raw<Previews | null>(null);
  playing = $state(true);
  epochsPerSecond = $state(0);
  notices = $state<Notice[]>([]);
  /** Grows with every change of numbers; panels follow it to ask again. */
  revision = $state(0);
  /** Grows with every change of settings or data, and with every reset. */
  generation = $state(0);
  /** Places in the parameter buffer that training leaves alone. */
  readonly frozen = new SvelteSet<number>();
  /** Features that were used with these data, so that one that was put away can be taken again. */
  readonly knownFeatures = new SvelteSet<string>();

  /** The part of the plane that is drawn. */
  plane = $state.raw<DrawnPlane>({ columns: ['x1', 'x2'], x: [-6, 6], y: [-6, 6] });
  /** What the two ends of the colours stand for on the map of the network's answers. */
  outputRange = $state.raw<Range>(SIGNED);

  /** The last frame, for whoever starts to draw between two. */
  frame: Frame | null = null;

  /** Shows the example that a step is about to learn; false: the step is not to be made. */
  beforeExample: (() => Promise<boolean>) | null = null;

  #engine: Engine | null = null;
  #draws = new Set<Draw>();
  #configuring = false;
  #wanted: Config | null = null;
  #lossesAt = 0;
  #figuresAt = 0;
  #addressAt = 0;
  #address = '';
  /** Where the columns come from, and which is predicted. */
  #columns = '';
  #isCoarse = false;
  #slowFrames = 0;
  #noticeId = 0;
  #diverged: string | null = null;
  #stopped: Stop | null = null;

  begin(hash: string): void {
    this.#engine = new Engine({ hash }, {
      limits: (limits) => (this.limits = limits),
      frame: (frame) => this.#take(frame),
      view: () => this.#view(),
      notice: (line) => this.notify(line),
      failed: (line) => this.notify(language.text.notices.failed(line), 'warning'),
      restarted: (line) => this.notify(language.text.notices.restarted(line), 'warning'),
    });
    this.#engine.speed(SPEEDS[settings.speed]!);
    this.#engine.play(this.playing);
    void this.#engine.previews().then((previews) => (this.previews = previews));
    addEventListener('hashchange', () => this.openAddress(location.hash));
    document.addEventListener('visibilitychange', () => this.#engine?.play(this.playing && !document.hidden));
  }

  call<M extends Method>(method: M, ...values: Arguments<M>): Promise<Answer<M>> {
    if (!this.#engine) return Promise.reject(new Error('the engine has not started'));
    return this.#engine.call(method, ...values);
  }

  /** As `call`, but a refusal becomes a notice and the answer null. */
  async ask<M extends Method>(method: M, ...values: Arguments<M>): Promise<Answer<M> | null> {
    try {
      return await this.call(method, ...values);
    } catch (error) {
      this.notify((error as Error).message, 'warning');
      return null;
    }
  }

  /** Changes settings while training goes on. Changes made faster than the engine takes them are joined. */
  change(part: Partial<Config>): void {
    if (!this.config) return;
    this.config = { ...this.config, ...part };
    this.#wanted = this.config;
    void this.#configure();
  }

  changeData(part: Partial<Config['data']>): void {
    if (this.config) this.change({ data: { ...this.config.data, ...part } });
  }

  /** Other data have their own number of rows and classes, and their own columns. */
  changeSource(source: string): void {
    this.changeData({ source, rows: null, classes: null, columns: null });
  }

  changeShow(part: Partial<Config['show']>): void {
    if (this.config) this.change({ show: { ...this.config.show, ...part } });
  }

  async #configure(): Promise<void> {
    if (this.#configuring) return;
    this.#configuring = true;
    while (this.#wanted) {
      const wanted = JSON.stringify(this.#wanted);
      this.#wanted = null;
      const answer = await this.ask('configure', wanted);
      // Refused: the page shows again what is so.
      if (answer === null && !this.#wanted) this.config = (await this.ask('config')) ?? this.config;
    }
    this.#configuring = false;
  }

  play(playing: boolean): void {
    this.playing = playing;
    this.#engine?.play(playing);
  }

  chooseSpeed(index: number): void {
    settings.speed = index;
    this.#engine?.speed(SPEEDS[index]!);
  }

  async step(grain: 'example' | 'batch' | 'epoch'): Promise<void> {
    this.play(false);
    if (grain === 'example' && this.beforeExample && !(await this.beforeExample())) return;
    if (grain === 'example') await this.ask('trainExamples', 1);
    else if (grain === 'batch') await this.ask('trainBatches', 1);
    else await this.ask('train', 1);
  }

  async freeze(parameter: number, frozen: boolean): Promise<void> {
    await this.ask('freeze', parameter, frozen);
  }

  /** Whether the configuration leaves a control out. */
  hides(control: string): boolean {
    return this.config?.show.hide.includes(control) ?? false;
  }

  openAddress(hash: string): void {
    if (hash !== this.#address) this.#engine?.open({ hash });
  }

  notify(line: string, level: Notice['level'] = 'note'): void {
    if (!line || this.notices.some((notice) => notice.line === line)) return;
    const id = this.#noticeId++;
    this.notices = [...this.notices.slice(1 - MOST_NOTICES), { id, line, level }];
    setTimeout(() => this.dismiss(id), NOTICE_STAYS[level]);
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }

  /** Draws now if there is something to draw, and then with every frame. Gives the way to end it. */
  draw(draw: Draw): () => void {
    this.#draws.add(draw);
    if (this.frame) draw(this.frame);
    return () => this.#draws.delete(draw);
  }

  /** Draws the last frame again: a size or a colour has changed. */
  redraw(): void {
    if (this.frame) for (const draw of this.#draws) draw(this.frame);
  }

  wake(): void {
    this.#engine?.wake();
  }

  #view(): FrameView {
    const now = performance.now();
    const losses = now - this.#lossesAt > LOSSES_EVERY || !this.playing;
    if (losses) this.#lossesAt = now;
    const map = this.playing && this.#isCoarse ? COARSE_MAP : MAP;
    return { unit: view.hovered, thumbnail: THUMBNAIL_SIDE, map, losses };
  }

  #take(frame: Frame): void {
    this.frame = frame;
    this.#slowFrames = frame.took > LONG ? this.#slowFrames + 1 : 0;
    if (this.#slowFrames > SLOW_FRAMES) this.#isCoarse = true;
    if (frame.scene) this.#takeScene(frame.scene, frame.status);
    const now = performance.now();
    if (frame.scene || !frame.playing || now - this.#figuresAt > FIGURES_EVERY) {
      this.#figuresAt = now;
      this.#takeFigures(frame);
    }
    for (const draw of this.#draws) draw(frame);
  }

  #takeFigures(frame: Frame): void {
    this.status = frame.status;
    this.epochsPerSecond = frame.epochsPerSecond;
    if (!document.hidden) this.playing = frame.playing;
    this.revision += 1;
    this.#tellEnd(frame.status);
  }

  /** Says why training has ended, if it was not by pressing pause. */
  #tellEnd({ diverged, stopped, epoch }: Status): void {
    const notices = language.text.notices;
    if (diverged !== null && diverged !== this.#diverged) this.notify(notices.diverged, 'warning');
    if (stopped !== null && stopped !== this.#stopped) this.notify(notices.stopped[stopped](whole(epoch)));
    this.#diverged = diverged;
    this.#stopped = stopped;
  }

  #takeScene(scene: Scene, status: Status): void {
    const { source, target } = scene.config.data;
    const columns = `${source} ${target}`;
    if (columns !== this.#columns) this.knownFeatures.clear();
    this.#columns = columns;
    for (const feature of scene.config.features) this.knownFeatures.add(feature);
    this.#isCoarse = false;
    this.layout = scene.layout;
    this.points = scene.points;
    this.plane = status.view;
    this.outputRange = colourRange(status.range);
    this.frozen.clear();
    for (const parameter of status.frozen) this.frozen.add(parameter);
    this.generation += 1;
    // What was changed since the question left is newer than this answer.
    if (!this.#wanted && !this.#configuring) this.config = scene.config;
    this.#writeAddress(scene.address);
  }

  #writeAddress(address: string): void {
    this.#address = address.startsWith('#') ? address : `#${address}`;
    if (this.#addressAt !== 0) return;
    this.#addressAt = window.setTimeout(() => {
      this.#addressAt = 0;
      // Browsers refuse many of these in a short time, hence the pause.
      history.replaceState(null, '', this.#address);
    }, ADDRESS_EVERY);
  }
}

export const playground = new Playground();
