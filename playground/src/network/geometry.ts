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
export const PITCH = 52;
const FEATURE_LABEL = 64;
const COLUMN = 118; // the least distance of two columns: the head of a layer stands between
const TOP = 4;
const BOTTOM = 16;
const LEAST_UNITS_HIGH = 6;

/** Nets beyond these are drawn as matrices: lines would be a tangle. */
export const MOST_UNITS_DRAWN = 8;
export const MOST_LAYERS_DRAWN = 6;

export function geometry(availableWidth: number, features: number, units: readonly number[]): Geometry {
  const columns = units.length + 1;
  const width = Math.max(availableWidth, FEATURE_LABEL + UNIT + (columns - 1) * COLUMN + UNIT / 2);
  const high = Math.max(LEAST_UNITS_HIGH, features, ...units);
  const height = TOP + high * PITCH - (PITCH - UNIT) + BOTTOM;
  const featureX = FEATURE_LABEL;
  const firstMiddle = featureX + UNIT / 2;
  const lastMiddle = width - UNIT / 2 - 10;
  const heads = units.map((_, layer) => firstMiddle + ((lastMiddle - firstMiddle) * (layer + 1)) / units.length);
  return {
    width,
    height,
    featureX,
    features: column(featureX, features),
    heads,
    // Outputs stand at half height: they are the end of the picture.
    layers: units.map((count, layer) => column(heads[layer]! - UNIT / 2, count, layer === units.length - 1 ? (height - BOTTOM) / 2 : null)),
  };
}

function column(x: number, count: number, middle: number | null = null): Place[] {
  const top = middle === null ? TOP : Math.max(TOP, middle - (count * PITCH - (PITCH - UNIT)) / 2);
  return Array.from({ length: count }, (_, unit) => ({ x, y: top + unit * PITCH }));
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
