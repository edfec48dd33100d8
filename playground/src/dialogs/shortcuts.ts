// Keys for the whole page. They keep out of the way of whoever types a number or has a window open.

import { newSeed } from '../state/seeds';
import { playground } from '../state/playground.svelte';
import { settings, SPEEDS } from '../state/settings.svelte';
import { view } from '../state/view.svelte';

const TYPED = 'input:not([type=range], [type=checkbox]), select, textarea, [contenteditable]';

export function onkeydown(event: KeyboardEvent): void {
  if (!(event.target instanceof Element) || event.target.closest(TYPED) || view.dialog || event.altKey) return;
  if (event.ctrlKey || event.metaKey) withControl(event);
  else if (act(event)) event.preventDefault();
}

function withControl(event: KeyboardEvent): void {
  const key = event.key.toLowerCase();
  const redo = key === 'y' || (key === 'z' && event.shiftKey);
  if (key !== 'z' && key !== 'y') return;
  event.preventDefault();
  void playground.ask(redo ? 'redo' : 'undo');
}

function act(event: KeyboardEvent): boolean {
  // Space on a button presses that button.
  const onButton = (event.target as Element).closest('button, a, summary, [type=checkbox]') !== null;
  switch (event.key) {
    case ' ':
      if (onButton || event.repeat) return false;
      playground.play(!playground.playing);
      return true;
    case 's':
      void playground.step(settings.grain);
      return true;
    case 'r':
      void playground.ask('reset');
      return true;
    case 'n':
      void playground.ask('newWeights', newSeed());
      return true;
    case '+':
      playground.chooseSpeed(Math.min(SPEEDS.length - 1, settings.speed + 1));
      return true;
    case '-':
      playground.chooseSpeed(Math.max(0, settings.speed - 1));
      return true;
    case '?':
      view.dialog = 'help';
      return true;
    case 'Escape':
      view.edited = null;
      view.mapTool = null;
      return true;
    default:
      return false;
  }
}
