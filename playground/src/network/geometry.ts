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
const MOST_PITCH = 70;
const WIDE: Widths = { label: 60, column: 96 };
const NARROW: Widths = { label: 42, column: 72 };
const NARROW_ROOM = 420;
const TOP = 4;
const BOTTOM = 16;

// Networks beyond these are drawn as matrices: lines would be a tangle.
const MOST_UNITS_DRAWN = 8;
const MOST_LAYERS_DRAWN = 6; // hidden ones

interface Widths {
  /** Room for the names of the features. */
  label: number;
  /** The least distance of two columns; the head of a layer has to fit. */
  column: number;
}

/** Whether a network is too large for lines; `units` of its hidden layers and its output. */
export function isLarge(units: readonly number[]): boolean {
  return units.length - 1 > MOST_LAYERS_DRAWN || units.some((count) => count > MOST_UNITS_DRAWN);
}

/** Which picture of a frame is that of each layer's first unit: used features come first, then layer after layer. */
export function firstPictures(features: number, units: readonly number[]): number[] {
  return units.map((_, layer) => units.slice(0, layer).reduce((sum, count) => sum + count, features));
}

export function isNarrow(width: number): boolean {
  return width < NARROW_ROOM;
}

export interface Room {
  width: number;
  height: number;
}

export function geometry(room: Room, features: number, units: readonly number[]): Geometry {
  const { label, column: least } = isNarrow(room.width) ? NARROW : WIDE;
  const width = Math.max(room.width, label + UNIT + units.length * least + (isNarrow(room.width) ? 5 : UNIT / 2));
  const most = Math.max(features, ...units);
  const pitch = Math.min(MOST_PITCH, Math.max(LEAST_PITCH, (room.height - TOP - BOTTOM) / most));
  const height = TOP + most * pitch + BOTTOM;
  const middle = TOP + (most * pitch - (pitch - UNIT)) / 2;
  const firstMiddle = label + UNIT / 2;
  const lastMiddle = width - UNIT / 2 - (isNarrow(room.width) ? 5 : 10);
  const heads = units.map((_, layer) => firstMiddle + ((lastMiddle - firstMiddle) * (layer + 1)) / units.length);
  const column = (x: number, count: number): Place[] => {
    const top = middle - (count * pitch - (pitch - UNIT)) / 2;
    // Whole pixels, as a browser puts the buttons: what is drawn below them fits.
    return Array.from({ length: count }, (_, unit) => ({ x: Math.round(x), y: Math.round(top + unit * pitch) }));
  };
  return {
    width,
    height,
    featureX: label,
    features: column(label, features),
    heads,
    layers: units.map((count, layer) => column(heads[layer]! - UNIT / 2, count)),
  };
}

/** Where a few words have room: under a unit of the first hidden layer, and under the lines to the output. */
export interface Callouts {
  unit: Place | null;
  link: Place | null;
}

const CALLOUT_WIDTH = 172;
const MOST_UNITS_ABOVE = 3; // lines from more units would run through the words
const MOST_LAYERS = 4;
const FREE_BELOW = 3; // units that a column must be shorter than the longest one

/** Decided by counts and not by heights: what stands on the picture changes the height that is left for it. */
export function callouts(geometry: Geometry, narrow: boolean): Callouts {
  const [first] = geometry.layers;
  const before = geometry.layers.at(-2);
  const last = geometry.layers.at(-1);
  const [left = 0, right = 0] = geometry.heads.slice(-2);
  if (narrow || !first || !before || !last || geometry.layers.length > MOST_LAYERS) return { unit: null, link: null };
  const most = Math.max(geometry.features.length, ...geometry.layers.map((layer) => layer.length));
  const under = (layer: Place[]): number => (layer.at(-1)?.y ?? 0) + UNIT;
  const hasRoom = (layer: Place[]): boolean => layer.length + FREE_BELOW <= most;
  // The lowest line ends at the output or begins at the lowest unit; in the middle it is between the two.
  const link = { x: (left + right) / 2, y: (under(before) + under(last)) / 2 };
  const linkFits = hasRoom(before) && last.length <= before.length && before.length <= MOST_UNITS_ABOVE && right - left > CALLOUT_WIDTH + UNIT;
  return { unit: hasRoom(first) ? { x: geometry.heads[0]!, y: under(first) + 8 } : null, link: linkFits ? link : null };
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
