// The words of the chosen language.

import { settings } from '../state/settings.svelte';
import { en, type Text } from './en';
import { engineZh, type Phrases } from './engine.zh';
import { zh } from './zh';

class Language {
  readonly text: Text = $derived(settings.language === 'zh' ? zh : en);
  readonly #engine: Phrases = $derived(settings.language === 'zh' ? engineZh : []);

  /** A line of the engine, which speaks English. */
  ofEngine(line: string): string {
    const known = this.#engine.find(([pattern]) => pattern.test(line));
    return known ? line.replace(known[0], known[1]) : line;
  }
}

export const language = new Language();
