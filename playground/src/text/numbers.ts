// Numbers as people read them: few digits, and a real minus.

/** So many significant digits, without trailing zeros; very small and very large ones with a power of ten. */
export function short(value: number, digits = 3): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const plain = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential(digits - 1) : String(Number(value.toPrecision(digits)));
  return plain.replace('-', '−');
}

/** Always the same number of decimals, so that a running number does not jump. */
export function steady(value: number, decimals = 3): string {
  if (!Number.isFinite(value)) return short(value);
  return Math.abs(value) >= 1e6 ? short(value) : value.toFixed(decimals).replace('-', '−');
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)}%` : '–';
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
}
