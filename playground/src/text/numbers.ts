// Numbers as people read them: few digits, and a real minus.

/** So many significant digits, without trailing zeros; very small and very large ones with a power of ten. */
export function short(value: number, digits = 3): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(digits));
  const plain = size !== 0 && (size < 1e-4 || size >= 1e6) ? rounded.toExponential() : String(rounded);
  return plain.replace('-', '−');
}

const SMALL = 0.01; // below this three decimals say too little
const DECIMALS = 3;
const DECIMALS_OF_SMALL = 4;

/** Few different numbers of decimals, so that a running number does not jump. */
export function steady(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= 1e6 || (size < 1e-4 && size > 0)) return short(value, 2);
  return value.toFixed(size < SMALL && size > 0 ? DECIMALS_OF_SMALL : DECIMALS).replace('-', '−');
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)}%` : '–';
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
}
