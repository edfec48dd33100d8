// How much to train in one slice, so that the chosen speed comes out and the page is answered within a few milliseconds.

import type { Session } from '../../pkg/gradus_wasm.js';
import type { Speed } from './protocol';

const SLICE = 8; // milliseconds: half a frame, so that a question never waits long
const LONGEST_DEBT = 250; // milliseconds that may be caught up with after a pause of the machine
const MOST_AT_ONCE = 4096;

/** Whether an answer to training says that there is nothing more to do. Read as a text: this is asked thousands of times a second. */
export function isOver(answer: string): boolean {
  return !answer.includes('"diverged":null') || !answer.includes('"stopped":null');
}

export class Pace {
  #speed: Speed = { unit: 'epoch', perSecond: 60 };
  #owed = 0;
  #last = 0;
  #atOnce = 1;
  #epochs = 0;
  #since = 0;
  #rate = 0;

  /** Epochs a second, over about the last half second. */
  get epochsPerSecond(): number {
    return this.#rate;
  }

  choose(speed: Speed): void {
    this.#speed = speed;
    this.begin(1);
  }

  /** Forgets what was owed: called when training starts or the network changes. One step may be due at once. */
  begin(owed = 0): void {
    this.#owed = owed;
    this.#last = performance.now();
    this.#atOnce = 1;
    this.#epochs = 0;
    this.#since = this.#last;
  }

  /** Trains for one slice at most. Gives the answers of the last step, or null when none was due. */
  slice(session: Session): string | null {
    const start = performance.now();
    const answer = Number.isFinite(this.#speed.perSecond) ? this.#paced(session, start) : this.#full(session, start);
    this.#measure();
    return answer;
  }

  #paced(session: Session, start: number): string | null {
    const passed = Math.min(start - this.#last, LONGEST_DEBT);
    this.#last = start;
    this.#owed += (passed * this.#speed.perSecond) / 1000;
    let answer: string | null = null;
    while (this.#owed >= 1 && performance.now() - start < SLICE) {
      const steps = Math.min(Math.floor(this.#owed), this.#atOnce);
      answer = this.#step(session, steps);
      if (isOver(answer)) return answer;
      this.#owed -= steps;
    }
    if (this.#owed > this.#speed.perSecond) this.#owed = 0;
    return answer;
  }

  #full(session: Session, start: number): string {
    let answer = '';
    do answer = this.#step(session, this.#atOnce);
    while (!isOver(answer) && performance.now() - start < SLICE / 2);
    return answer;
  }

  /** Trains so many steps, and learns from the time they took how many may go together. */
  #step(session: Session, steps: number): string {
    const before = performance.now();
    const byExample = this.#speed.unit === 'example';
    const answer = byExample ? session.trainExamples(steps) : session.train(steps);
    if (!byExample) this.#epochs += steps;
    const took = performance.now() - before;
    if (took > SLICE / 2) this.#atOnce = Math.max(1, this.#atOnce >> 1);
    else if (took < SLICE / 4 && steps === this.#atOnce) this.#atOnce = Math.min(MOST_AT_ONCE, this.#atOnce * 2);
    return answer;
  }

  #measure(): void {
    const now = performance.now();
    const passed = now - this.#since;
    if (passed < 500) return;
    this.#rate = (this.#epochs * 1000) / passed;
    this.#epochs = 0;
    this.#since = now;
  }
}
