// Small pictures of what could be chosen: the points of every data set, the values of every feature. Both come from
// engines of their own, so that the pictures are what the engine would really give.

import type { Session } from '../../pkg/gradus_wasm.js';
import { THUMBNAIL_SIDE, type Config, type Limits, type Previews } from './protocol';

const ROWS = 200;

export function previews(Kind: typeof Session): Previews {
  const base = new Kind('{}');
  const limits = JSON.parse(base.limits()) as Limits;
  base.free();
  return {
    datasets: Object.fromEntries(limits.datasets.flatMap(({ name }) => drawn(Kind, name))),
    features: featurePictures(Kind, limits.features),
  };
}

/** A data set that cannot be made from nothing (painted, read from a file) has no picture. */
function drawn(Kind: typeof Session, source: string): [string, Float32Array][] {
  try {
    const session = new Kind(JSON.stringify({ data: { source, rows: ROWS, noise: 0 } }));
    const points = session.points();
    session.free();
    return [[source, points]];
  } catch {
    return [];
  }
}

function featurePictures(Kind: typeof Session, names: string[]): Record<string, Float32Array> {
  const config: Partial<Config> = { features: names, layers: [] };
  const session = new Kind(JSON.stringify(config));
  const fields = session.fields(THUMBNAIL_SIDE);
  session.free();
  const cells = THUMBNAIL_SIDE ** 2;
  return Object.fromEntries(names.map((name, place) => [name, fields.slice(place * cells, (place + 1) * cells)]));
}
