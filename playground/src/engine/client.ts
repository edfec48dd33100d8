// The page's side of the worker: questions and answers, one frame at a time, and a watch that starts a fresh worker when one hangs.

import { language } from '../text/language.svelte';
import { worker } from './launch';
import type { Answer, Arguments, Frame, FromWorker, Limits, Method, Previews, Speed, Start, ToWorker, View } from './protocol';

const PATIENCE = 5000; // milliseconds without an answer
const PATIENCE_AT_START = 60_000; // the engine may still be on its way through a slow network
const ASLEEP = 1000; // a pause between frames in which the whole page stood still, and the worker with it
const DEATHS = 3; // in a row before the watch gives up

export interface Listener {
  /** What controls have to know, before the first frame. */
  limits?(limits: Limits): void;
  frame(frame: Frame): void;
  view(): View;
  notice(line: string): void;
  restarted(line: string): void;
  failed(line: string): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

export class Engine {
  #listener: Listener;
  #worker: Worker;
  #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #snapshot: Uint8Array | null = null;
  #start: Start;
  #speed: Speed | null = null;
  #playing = false;
  #asked = 0; // when the frame in flight was asked for; 0: none is
  #awake = false;
  #stale = false; // Something has been changed since the frame in flight was asked for.
  #pressed = false; // Training was begun or paused since then: the frame does not know it yet.
  #started = false;
  #lastTick = 0;
  #deaths = 0;
  #previews: ((previews: Previews) => void) | null = null;

  constructor(start: Start, listener: Listener) {
    this.#start = start;
    this.#listener = listener;
    this.#worker = this.#begin(start);
    queueMicrotask(() => this.wake()); // when it has been told how to train
  }

  /** Asks the engine something. Its refusals arrive as an Error with its one line. */
  call<M extends Method>(method: M, ...values: Arguments<M>): Promise<Answer<M>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#post({ kind: 'call', id, method, values });
      this.wake();
    });
  }

  play(playing: boolean): void {
    this.#playing = playing;
    this.#pressed = true;
    this.#post({ kind: 'play', playing });
    this.wake();
  }

  speed(speed: Speed): void {
    this.#speed = speed;
    this.#post({ kind: 'speed', speed });
  }

  /** Begins anew with another configuration or state. */
  open(start: Start): void {
    this.#start = start;
    this.#snapshot = null;
    this.#post({ kind: 'start', start });
    this.wake();
  }

  previews(): Promise<Previews> {
    return new Promise((resolve) => {
      this.#previews = resolve;
      this.#post({ kind: 'previews' });
    });
  }

  stop(): void {
    this.#worker.terminate();
    this.#awake = false;
  }

  /** Frames are asked for, at once and then as the screen draws them, until one brings nothing new; whatever changes something
   * wakes them again. */
  wake(): void {
    this.#stale = true;
    if (this.#awake) return;
    this.#awake = true;
    this.#lastTick = performance.now();
    if (this.#asked === 0) this.#ask(this.#lastTick);
    requestAnimationFrame(this.#tick);
  }

  #ask(now: number): void {
    this.#asked = now;
    this.#stale = this.#pressed = false;
    this.#post({ kind: 'frame', view: this.#listener.view() });
  }

  #tick = (): void => {
    if (!this.#awake) return;
    requestAnimationFrame(this.#tick);
    const now = performance.now();
    if (now - this.#lastTick > ASLEEP && this.#asked !== 0) this.#asked = now;
    this.#lastTick = now;
    if (this.#asked === 0) this.#ask(now);
    else if (now - this.#asked > (this.#started ? PATIENCE : PATIENCE_AT_START)) this.#revive('');
  };

  #begin(start: Start): Worker {
    const begun = worker();
    begun.onmessage = (event: MessageEvent<FromWorker>) => this.#receive(event.data);
    begun.onerror = (event) => this.#revive(event.message);
    begun.postMessage({ kind: 'start', start } satisfies ToWorker);
    return begun;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'started':
        this.#started = true;
        this.#listener.limits?.(message.limits);
        for (const line of message.notices) this.#listener.notice(language.ofEngine(line));
        return;
      case 'delayed':
        this.#started = false;
        return;
      case 'answer':
        this.#waiting.get(message.id)?.resolve(message.value);
        this.#waiting.delete(message.id);
        return this.wake(); // It may have waited for the rest of the engine, and frames not for it.
      case 'refused':
        this.#waiting.get(message.id)?.reject(new Error(language.ofEngine(message.line)));
        this.#waiting.delete(message.id);
        return;
      case 'frame':
        return this.#take(message.frame);
      case 'previews':
        this.#previews?.(message.previews);
        return;
      case 'died':
        return this.#revive(message.line);
    }
  }

  #take(frame: Frame | null): void {
    this.#asked = 0;
    this.#started = true;
    if (frame === null) {
      this.#awake = this.#playing || this.#stale;
      return;
    }
    if (this.#pressed) frame.playing = this.#playing;
    this.#playing = frame.playing;
    if (frame.snapshot) {
      this.#snapshot = frame.snapshot;
      this.#deaths = 0;
    }
    this.#listener.frame(frame);
  }

  /** A fresh worker from the last snapshot. One that dies again and again starts from the beginning, and then not at all. */
  #revive(line: string): void {
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new Error(line));
    this.#waiting.clear();
    this.#asked = 0;
    this.#deaths += 1;
    if (this.#deaths > DEATHS) {
      this.#awake = false;
      this.#listener.failed(line);
      return;
    }
    this.#started = false;
    const start = this.#snapshot && this.#deaths < DEATHS ? { snapshot: this.#snapshot } : this.#start;
    this.#worker = this.#begin(start);
    if (this.#speed) this.speed(this.#speed);
    if (this.#playing && this.#deaths === 1) this.play(true);
    this.#listener.restarted(line);
    this.wake();
  }
}
