// An example on its way through the network: forward layer by layer, then its error back. The network drawing follows this.

import { settings } from '../../state/settings.svelte';
import type { StepTrace } from '../answers';

const PAUSE = 420; // milliseconds a layer stays lit
const PAUSE_STILL = 1200; // where motion is unwanted each layer is a picture of its own

class Signals {
  phase = $state<'forward' | 'backward' | null>(null);
  /** The layer that is lit; 0 holds the features. */
  layer = $state(0);
  trace = $state.raw<StepTrace | null>(null);
  #turn = 0;

  /** What a unit sends: its activation forward, its error term Δ back; null where it has none. */
  value(layer: number, unit: number): number | null {
    if (!this.trace || !this.phase) return null;
    if (layer === 0) return this.phase === 'forward' ? (this.trace.inputs[unit] ?? null) : null;
    const traced = this.trace.layers[layer - 1]?.units[unit];
    if (!traced) return null;
    return this.phase === 'forward' ? traced.output : traced.delta;
  }

  /** Whether the signal has passed this layer already. */
  reached(layer: number): boolean {
    return this.phase === 'forward' ? layer <= this.layer : layer >= this.layer;
  }

  /** Plays once; a new play ends the one before. Resolves when it is over, with false where it was ended. */
  async play(trace: StepTrace): Promise<boolean> {
    const turn = ++this.#turn;
    this.trace = trace;
    const last = trace.layers.length;
    for (let layer = 0; layer <= last; layer++) if (!(await this.#light('forward', layer, turn))) return false;
    for (let layer = last; layer >= 1; layer--) if (!(await this.#light('backward', layer, turn))) return false;
    this.stop();
    return true;
  }

  stop(): void {
    this.#turn += 1;
    this.phase = null;
    this.trace = null;
  }

  async #light(phase: 'forward' | 'backward', layer: number, turn: number): Promise<boolean> {
    this.phase = phase;
    this.layer = layer;
    await new Promise((resolve) => setTimeout(resolve, settings.reducedMotion ? PAUSE_STILL : PAUSE));
    return turn === this.#turn;
  }
}

export const signals = new Signals();
