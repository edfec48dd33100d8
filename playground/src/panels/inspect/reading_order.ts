// The tables of a sheet in the order in which they are computed: forward from the first layer, then back from the last.

import type { SheetTable } from '../answers';

export interface ReadingOrder {
  forward: SheetTable[];
  backward: SheetTable[];
}

/** Null: all layers; else the one, counted from 1. */
export function readingOrder(sheet: readonly SheetTable[], layer: number | null): ReadingOrder {
  const shown = sheet.filter((table) => layer === null || table.layer === layer);
  return {
    forward: shown.filter((table) => !table.is_backward),
    // Within a layer its error terms come before the changes that they bring.
    backward: shown.filter((table) => table.is_backward).sort((a, b) => b.layer - a.layer),
  };
}
