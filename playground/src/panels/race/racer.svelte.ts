// One side of a race: an engine in a worker of its own.

import { Engine } from '../../engine/client';
import type { Config, Frame, Scene, Status } from '../../engine/protocol';
import { language } from '../../text/language.svelte';
import { playground, type Draw } from '../../state/playground.svelte';

const SIDE = 60; // cells of the map along a side

export class Racer {
  name: string;
  status = $state.raw<Status | null>(null);
  losses = $state.raw<Float32Array>(new Float32Array());
  epochsPerSecond = $state(0);
  scene = $state.raw<Scene | null>(null);
  #engine: Engine;
  #draws = new Set<Draw>();

  constructor(name: string, config: Config) {
    this.name = name;
    this.#engine = new Engine({ config: JSON.stringify(config) }, {
      frame: (frame) => this.#take(frame),
      view: () => ({ unit: null, thumbnail: 0, map: SIDE, losses: true }),
      notice: (line) => playground.notify(line),
      restarted: (line) => playground.notify(language.text.notices.restarted(line), 'warning'),
      failed: (line) => playground.notify(line, 'warning'),
    });
    this.#engine.speed({ unit: 'epoch', perSecond: Infinity });
  }

  /** Draws with every frame, until the function that it gives is called. */
  draw(draw: Draw): () => void {
    this.#draws.add(draw);
    return () => this.#draws.delete(draw);
  }

  run(running: boolean): void {
    this.#engine.play(running);
  }

  end(): void {
    this.#engine.stop();
  }

  #take(frame: Frame): void {
    this.status = frame.status;
    this.epochsPerSecond = frame.epochsPerSecond;
    if (frame.scene) this.scene = frame.scene;
    if (frame.losses) this.losses = frame.losses;
    for (const draw of this.#draws) draw(frame);
  }
}
