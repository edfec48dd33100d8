// An answer of the engine that keeps itself fresh while it is shown.

import type { Answer, Arguments, Method } from '../engine/protocol';
import { playground } from './playground.svelte';

export interface Live<T> {
  readonly value: T | null;
}

/**
 * Asks `method` again whenever numbers or arguments have changed, at most every so many milliseconds and never twice at a time.
 * To be called while a component is set up; null as arguments means that there is nothing to ask.
 */
export function live<M extends Method>(method: M, values: () => Arguments<M> | null, every = 200): Live<Answer<M>> {
  let value = $state.raw<Answer<M> | null>(null);
  let busy = false;
  let again = false;
  let timer = 0;
  let ended = false;

  async function refresh(): Promise<void> {
    if (busy) {
      again = true;
      return;
    }
    const now = values();
    if (now === null) {
      value = null;
      return;
    }
    busy = true;
    try {
      value = await playground.call(method, ...now);
    } catch {
      value = null; // Refused for the moment, for example while the network is another one than the arguments were meant for.
    }
    // The component may have gone while the question was on its way.
    if (ended) return;
    timer = window.setTimeout(() => {
      busy = false;
      if (again) void refresh();
      again = false;
    }, every);
  }

  $effect(() => {
    playground.revision;
    values();
    void refresh();
  });
  $effect(() => () => {
    ended = true;
    clearTimeout(timer);
  });

  return {
    get value() {
      return value;
    },
  };
}
