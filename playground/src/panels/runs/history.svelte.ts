// What was trained before: each run with its settings and its curve, kept while the page is open.

import type { Config, Frame, Status } from '../../engine/protocol';
import { lastEpoch } from '../../output/losses';
import { playground } from '../../state/playground.svelte';
import { language } from '../../text/language.svelte';

export interface Run {
  /** Counts from 1, and gives the run its colour. */
  number: number;
  /** Empty until somebody gives it one. */
  name: string;
  config: Config;
  status: Status;
  /** Rows of (epoch, training loss, test loss, learning rate). */
  losses: Float32Array;
  pinned: boolean;
  shown: boolean;
}

const MOST = 24; // runs that are not pinned; a run is 32 kB at most
const TOLD_EVERY = 250; // milliseconds: a chart of many curves takes its time to draw

class History {
  /** The newest first. */
  runs = $state.raw<Run[]>([]);
  /** The run that goes on now; null until it has learned something. */
  present = $state.raw<Run | null>(null);
  /** As `present`, but always up to date. */
  #latest: Run | null = null;
  #toldAt = 0;
  #number = 1;
  #wasPlaying = false;
  /** Settings at the last pause, while it lasts. */
  #paused = '';

  constructor() {
    playground.draw((frame) => this.#take(frame));
  }

  change(number: number, part: Partial<Pick<Run, 'name' | 'pinned' | 'shown'>>): void {
    if (this.#latest?.number === number) this.#tell({ ...this.#latest, ...part });
    this.runs = this.runs.map((run) => (run.number === number ? { ...run, ...part } : run));
  }

  remove(number: number): void {
    this.runs = this.runs.filter((run) => run.number !== number);
  }

  clear(): void {
    this.runs = this.runs.filter((run) => run.pinned);
  }

  #take(frame: Frame): void {
    const config = frame.scene?.config ?? playground.config;
    if (!config) return;
    this.#followPause(frame, config);
    if (!frame.losses || frame.losses.length === 0) return;
    // A curve that ends earlier than before belongs to another run: after a reset, or from a mark on.
    if (this.#latest && lastEpoch(frame.losses) < lastEpoch(this.#latest.losses)) this.#finish();
    if (frame.status.epoch < 1) return;
    const kept = this.#latest ?? { number: this.#number++, name: '', pinned: false, shown: true };
    this.#latest = { ...kept, config, status: frame.status, losses: frame.losses };
    if (!frame.playing || performance.now() - this.#toldAt > TOLD_EVERY) this.#tell(this.#latest);
  }

  /** Whoever pauses, changes settings and goes on with the same weights begins another run with the old one's past. */
  #followPause(frame: Frame, config: Config): void {
    const settings = JSON.stringify({ ...config, show: null });
    if (this.#wasPlaying && !frame.playing) this.#paused = settings;
    if (!this.#wasPlaying && frame.playing && this.#paused !== '' && this.#paused !== settings) this.#finish();
    this.#wasPlaying = frame.playing;
  }

  #finish(): void {
    if (this.#latest) this.runs = bounded([this.#latest, ...this.runs]);
    this.#tell(null);
  }

  #tell(run: Run | null): void {
    this.#latest = run;
    this.present = run;
    this.#toldAt = performance.now();
  }
}

function bounded(runs: Run[]): Run[] {
  let free = 0;
  return runs.filter((run) => run.pinned || ++free <= MOST);
}

/** The name that it was given, or its number. */
export function runName(run: Run): string {
  return run.name || language.text.runs.name(run.number);
}

export const history = new History();
