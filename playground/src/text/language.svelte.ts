// The words of the chosen language.

import { settings } from '../state/settings.svelte';
import { en, type Text } from './en';
import { zh } from './zh';

class Language {
  readonly text: Text = $derived(settings.language === 'zh' ? zh : en);
}

export const language = new Language();
