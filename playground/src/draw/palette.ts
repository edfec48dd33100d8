// Colours of values on canvases: orange below zero, grey at zero, blue above; the pair that every kind of colour vision tells apart.
// theme.css has the same colours for what is not a canvas.

type Rgb = readonly [number, number, number];

interface Tones {
  negative: Rgb;
  neutral: Rgb;
  positive: Rgb;
  surface: Rgb;
}

const LIGHT: Tones = { negative: [217, 115, 13], neutral: [228, 231, 235], positive: [26, 111, 184], surface: [255, 255, 255] };
const DARK: Tones = { negative: [240, 152, 74], neutral: [57, 66, 78], positive: [90, 169, 236], surface: [26, 32, 41] };

// One hue per class, told apart by lightness too; the first two are those of a pair of classes.
const CLASSES: readonly Rgb[] = [
  [217, 115, 13], [26, 111, 184], [0, 145, 110], [190, 90, 150], [140, 120, 10], [90, 80, 190], [190, 60, 50], [60, 150, 190], [110, 110, 110],
  [120, 160, 40],
];

const STEPS = 256;
const LINE_STEPS = 33;
// The large map is paler than the points on it.
const MAP_STRENGTH = 0.62;
const MAP_STRENGTH_DARK = 0.7;
const CLASS_STRENGTH = 0.6;

export interface Palette {
  dark: boolean;
  /** From −1 to 1 in equal steps, as the pixels of an ImageData. */
  full: Uint32Array;
  map: Uint32Array;
  /** From −1 to 1, as CSS colours, for lines. */
  lines: readonly string[];
  negative: string;
  positive: string;
  neutral: string;
  ink: string;
  surface: string;
  classes: readonly string[];
  /** (class, strength) as pixels: `STEPS` shades from grey to the colour of each class. */
  classPixels: readonly Uint32Array[];
}

const made = new Map<boolean, Palette>();

export function palette(dark: boolean): Palette {
  let found = made.get(dark);
  if (!found) made.set(dark, (found = make(dark)));
  return found;
}

/** Where `value` between `low` and `high` stands among so many colours; what lies outside takes the last colour. */
export function shade(value: number, low: number, high: number, steps: number): number {
  const share = (value - low) / (high - low);
  if (!(share > 0)) return 0;
  return share >= 1 ? steps - 1 : Math.round(share * (steps - 1));
}

export function lineColour(palette: Palette, value: number): string {
  return palette.lines[shade(value, -1, 1, LINE_STEPS)]!;
}

function make(dark: boolean): Palette {
  const tones = dark ? DARK : LIGHT;
  const between = (share: number): Rgb =>
    share < 0 ? mix(tones.neutral, tones.negative, -share) : mix(tones.neutral, tones.positive, share);
  const at = (place: number, steps: number): Rgb => between((2 * place) / (steps - 1) - 1);
  const classes = CLASSES.map((colour) => (dark ? mix(colour, [255, 255, 255], 0.28) : colour));
  return {
    dark,
    full: Uint32Array.from({ length: STEPS }, (_, place) => pixel(at(place, STEPS))),
    map: Uint32Array.from({ length: STEPS }, (_, place) => pixel(mix(tones.surface, at(place, STEPS), dark ? MAP_STRENGTH_DARK : MAP_STRENGTH))),
    lines: Array.from({ length: LINE_STEPS }, (_, place) => css(at(place, LINE_STEPS))),
    negative: css(tones.negative),
    positive: css(tones.positive),
    neutral: css(tones.neutral),
    ink: dark ? '#e8ecf1' : '#17202b',
    surface: css(tones.surface),
    classes: classes.map(css),
    classPixels: classes.map((colour) =>
      Uint32Array.from({ length: STEPS }, (_, place) => pixel(mix(tones.surface, colour, (CLASS_STRENGTH * place) / (STEPS - 1)))),
    ),
  };
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map((part) => Math.round(from[part]! + (to[part]! - from[part]!) * share)) as unknown as Rgb;
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** Bytes in memory are red, green, blue, alpha; every machine with a browser is little-endian. */
function pixel([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
