// The lesson that is open, and which ones have been done. What is done is remembered in this browser only.

import { playground } from '../../state/playground.svelte';
import type { PartialConfig } from '../answers';
import { LESSONS, type Lesson } from './lessons';

const KEY = 'gradus.lessons';

class Course {
  done = $state.raw<readonly string[]>(read());
  readonly open = $derived(LESSONS.find(({ id }) => id === playground.config?.show.lesson) ?? null);

  /** Sets up the page for a lesson, at epoch 0 and with nothing left of what was there before. */
  async start(lesson: Lesson): Promise<void> {
    playground.play(false);
    const { show, ...settings } = lesson.config;
    // What is not named has its default.
    const config: PartialConfig = { ...settings, show: { ...show, hide: lesson.hide, lesson: lesson.id } };
    await playground.ask('configure', JSON.stringify(config));
    await playground.ask('reset');
  }

  leave(): void {
    playground.changeShow({ lesson: null, hide: [] });
  }

  finish(id: string): void {
    if (this.done.includes(id)) return;
    this.done = [...this.done, id];
    try {
      localStorage.setItem(KEY, this.done.join(' '));
    } catch {
      // Storage may be forbidden; what is done is then remembered as long as the page is open.
    }
  }
}

function read(): string[] {
  try {
    const kept = localStorage.getItem(KEY)?.split(' ') ?? [];
    return kept.filter((id) => LESSONS.some((lesson) => lesson.id === id));
  } catch {
    return [];
  }
}

export const course = new Course();
