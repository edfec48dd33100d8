// What belongs to the person and not to what is trained: colours, language, speed. Kept in this browser only.

import type { Speed } from '../engine/protocol';

export type Theme = 'system' | 'light' | 'dark';
/** How far one step goes. */
export type Grain = 'example' | 'batch' | 'epoch';
export type LanguageCode = 'en' | 'zh';

/** From slow motion to as fast as the machine goes. */
export const SPEEDS: readonly Speed[] = [
  { unit: 'example', perSecond: 1 },
  { unit: 'example', perSecond: 5 },
  { unit: 'example', perSecond: 50 },
  { unit: 'epoch', perSecond: 1 },
  { unit: 'epoch', perSecond: 10 },
  { unit: 'epoch', perSecond: 60 },
  { unit: 'epoch', perSecond: 600 },
  { unit: 'epoch', perSecond: Infinity },
];

const START_SPEED = 5;
const KEY = 'gradus.';

class Settings {
  theme = $state<Theme>(read('theme', ['system', 'light', 'dark'], 'system'));
  language = $state<LanguageCode>(read('language', ['en', 'zh'], navigator.language.startsWith('zh') ? 'zh' : 'en'));
  speed = $state(START_SPEED);
  grain = $state<Grain>('epoch');
  systemIsDark = $state(false);
  reducedMotion = $state(false);

  dark = $derived(this.theme === 'dark' || (this.theme === 'system' && this.systemIsDark));

  constructor() {
    follow('(prefers-color-scheme: dark)', (matches) => (this.systemIsDark = matches));
    follow('(prefers-reduced-motion: reduce)', (matches) => (this.reducedMotion = matches));
  }

  chooseTheme(theme: Theme): void {
    this.theme = theme;
    write('theme', theme);
  }

  chooseLanguage(language: LanguageCode): void {
    this.language = language;
    write('language', language);
  }
}

function follow(query: string, tell: (matches: boolean) => void): void {
  const media = matchMedia(query);
  tell(media.matches);
  media.addEventListener('change', () => tell(media.matches));
}

function read<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
  try {
    const kept = localStorage.getItem(KEY + name) as T | null;
    return kept !== null && allowed.includes(kept) ? kept : otherwise;
  } catch {
    return otherwise; // Storage may be forbidden; the page works without it.
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(KEY + name, value);
  } catch {
    // As above: the choice then lasts as long as the page.
  }
}

export const settings = new Settings();
