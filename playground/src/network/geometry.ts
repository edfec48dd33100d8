// Where everything of the network stands, in CSS pixels. Columns: the features, the hidden layers, the outputs.

export interface Place {
  x: number;
  y: number;
}

export interface Geometry {
  width: number;
  height: number;
  /** Left edge of the feature squares. */
  featureX: number;
  /** Left upper corners of the units, by layer; the last layer holds the outputs. */
  layers: Place[][];
  /** Middle of each layer's column, for its head. */
  heads: number[];
  features: Place[];
}

export const UNIT = 40;
const LEAST_PITCH = 52;
const MOST_PITCH = 64;
const FEATURE_LABEL = 64;
const COLUMN = 118; // the least distance of two columns: the head of a layer stands between
const TOP = 4;
const BOTTOM = 16;

/** Nets beyond these are drawn as matrices: lines would be a tangle. */
export const MOST_UNITS_DRAWN = 8;
export const MOST_LAYERS_DRAWN = 6;

export interface Room {
  width: number;
  height: number;
}

export function geometry(room: Room, features: number, units: readonly number[]): Geometry {
  const columns = units.length + 1;
  const width = Math.max(room.width, FEATURE_LABEL + UNIT + (columns - 1) * COLUMN + UNIT / 2);
  const most = Math.max(features, ...units);
  const pitch = Math.min(MOST_PITCH, Math.max(LEAST_PITCH, (room.height - TOP - BOTTOM) / most));
  const height = TOP + most * pitch + BOTTOM;
  const middle = TOP + (most * pitch - (pitch - UNIT)) / 2;
  const firstMiddle = FEATURE_LABEL + UNIT / 2;
  const lastMiddle = width - UNIT / 2 - 10;
  const heads = units.map((_, layer) => firstMiddle + ((lastMiddle - firstMiddle) * (layer + 1)) / units.length);
  const column = (x: number, count: number): Place[] => {
    const top = middle - (count * pitch - (pitch - UNIT)) / 2;
    return Array.from({ length: count }, (_, unit) => ({ x, y: top + unit * pitch }));
  };
  return {
    width,
    height,
    featureX: FEATURE_LABEL,
    features: column(FEATURE_LABEL, features),
    heads,
    layers: units.map((count, layer) => column(heads[layer]! - UNIT / 2, count)),
  };
}

/** The curve of a connection, from the right side of one square to the left side of another. */
export function curve(from: Place, to: Place): Path2D {
  const path = new Path2D();
  const startX = from.x + UNIT;
  const startY = from.y + UNIT / 2;
  const endY = to.y + UNIT / 2;
  const half = (to.x - startX) / 2;
  path.moveTo(startX, startY);
  path.bezierCurveTo(startX + half, startY, to.x - half, endY, to.x, endY);
  return path;
}
