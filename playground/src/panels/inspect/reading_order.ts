// The tables of a sheet in the order in which they are computed: forward from the first layer, then back from the last.

import type { SheetTable } from '../answers';

export interface ReadingOrder {
  forward: SheetTable[];
  backward: SheetTable[];
}

/** What is computed on the way back; the engine names its tables so. */
const ON_THE_WAY_BACK = /^(Backward|Changes)/;

/** Null: all layers; else the one, counted from 1. */
export function readingOrder(sheet: readonly SheetTable[], layer: number | null): ReadingOrder {
  const shown = sheet.filter((table) => layer === null || table.layer === layer);
  const isBackward = (table: SheetTable): boolean => ON_THE_WAY_BACK.test(table.title);
  return {
    forward: shown.filter((table) => !isBackward(table)),
    // Within a layer its error terms come before the changes that they bring.
    backward: shown.filter(isBackward).sort((a, b) => b.layer - a.layer),
  };
}
