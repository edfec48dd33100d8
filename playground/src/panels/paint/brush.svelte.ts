// The brush on the large map: adds points of one class or value where the pointer goes, or takes points away.

import { playground } from '../../state/playground.svelte';
import { view, type MapTool } from '../../state/view.svelte';

export type Kind = 'off' | 'add' | 'erase';

const APART = 1 / 28; // of the plane's width: how far two points of one stroke stand apart
const REACH = 1 / 20; // of the plane's width: what the eraser takes

class Brush {
  kind = $state<Kind>('off');
  /** The class, or the value, of new points. */
  target = $state(0);
  part = $state<0 | 1>(0);
  #last: { x: number; y: number } | null = null;

  /** Takes the brush into the hand, or puts it away. */
  choose(kind: Kind): void {
    this.kind = kind;
    this.#last = null;
    if (kind !== 'off') view.mapTool = this.#tool;
    else if (view.mapTool === this.#tool) view.mapTool = null;
  }

  async add(x: number, y: number): Promise<void> {
    await playground.ask('addPoint', x, y, this.target, this.part);
  }

  async clear(): Promise<void> {
    await playground.ask('erasePoints', 0, 0, Infinity);
  }

  get #width(): number {
    const [low, high] = playground.plane.x;
    return high - low;
  }

  #tool: MapTool = {
    down: (x, y) => this.#stroke(x, y, true),
    move: (x, y) => this.#stroke(x, y, false),
    up: () => (this.#last = null),
  };

  #stroke(x: number, y: number, first: boolean): void {
    if (!first && this.#last === null) return;
    if (!first && this.#last && Math.hypot(x - this.#last.x, y - this.#last.y) < APART * this.#width) return;
    this.#last = { x, y };
    if (this.kind === 'add') void this.add(x, y);
    else void playground.ask('erasePoints', x, y, REACH * this.#width);
  }
}

export const brush = new Brush();
