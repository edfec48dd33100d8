// What the two ends of the colours stand for on the map of the network's answers.

import type { Range } from './field';

/** From the lowest to the highest target; as far on both sides of zero where there are both: grey is then zero. */
export function colourRange([low, high]: readonly [number, number]): Range {
  if (low >= 0 || high <= 0) return { low, high: high > low ? high : low + 1 };
  const size = Math.max(-low, high);
  return { low: -size, high: size };
}
