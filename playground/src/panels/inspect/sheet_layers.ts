// Which layer a row of the sheet is about, so that one layer can be read alone.

import type { SheetTable, StepTrace } from '../answers';

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/** The sheet with only the rows of one layer, counted from 1; rows that belong to no layer stay. Null: all of it. */
export function ofLayer(sheet: readonly SheetTable[], trace: StepTrace, layer: number | null): SheetTable[] {
  if (layer === null) return [...sheet];
  const layers = new Map(trace.layers.flatMap((traced, at) => traced.units.map((unit) => [unit.unit, at + 1] as const)));
  const keeps = (row: readonly string[]): boolean => {
    const unit = unitOf(row[0] ?? '');
    const found = unit === null ? undefined : layers.get(unit);
    return found === undefined || found === layer;
  };
  return sheet.map((table) => ({ ...table, rows: table.rows.filter(keeps) })).filter((table) => table.rows.length > 0);
}

/** The unit of "7", "b₇", "a₇", or the one that "w₄₇" and "w₄,₁₇" lead to. */
function unitOf(name: string): number | null {
  if (/^\d+$/.test(name)) return Number(name);
  const digits = [...name.slice(1)].map((letter) => (letter === ',' ? ',' : SUBSCRIPTS.indexOf(letter))).join('');
  if (!/^[wba]/.test(name) || !/^\d+(,\d+)?$/.test(digits)) return null;
  if (name[0] !== 'w') return Number(digits);
  return Number(digits.includes(',') ? digits.split(',')[1] : digits.slice(1));
}
