// What the two ends of the colours stand for on the map of the network's answers.

import type { Scene } from '../engine/protocol';
import { SIGNED, type Range } from './field';

const POSITIVE_LINKS = ['sigmoid', 'softmax'];

/** Answers about classes lie between the ends of the output's activation; values where the data's own lie. */
export function answerRange(scene: Scene, classes: string[] | null): Range {
  if (classes === null) return valueRange(scene.points);
  const link = scene.layout.layers.at(-1)?.activation ?? '';
  return POSITIVE_LINKS.includes(link) ? { low: 0, high: 1 } : SIGNED;
}

/** As far on both sides of zero where there are values on both sides: grey is then zero. */
function valueRange(points: Float32Array): Range {
  let low = Infinity;
  let high = -Infinity;
  for (let start = 2; start < points.length; start += 4) {
    low = Math.min(low, points[start]!);
    high = Math.max(high, points[start]!);
  }
  if (!(low < high)) return SIGNED;
  if (low >= 0 || high <= 0) return { low, high };
  const size = Math.max(-low, high);
  return { low: -size, high: size };
}
