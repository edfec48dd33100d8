// The data as dots on the plane: filled with the colour of what they should be, outlined by the part that they belong to.

import type { Range } from './field';
import { lineColour, type Palette } from './palette';

/** The part of the plane that is drawn. */
export interface Plane {
  x: readonly [number, number];
  y: readonly [number, number];
}

export interface PointColours {
  palette: Palette;
  /** Class colours where there are classes; null for values, which take the colours of `range`. */
  classes: number | null;
  range: Range;
}

export interface PointStyle extends PointColours {
  plane: Plane;
  radius: number;
  test: boolean;
  marked: number | null;
}

/** x, y, target or class, part */
export const POINT_COLUMNS = 4;
const REACH = 0.06; // of the plane's width

/** Draws rows × (x, y, target or class, part) over a canvas of that many CSS pixels. */
export function drawPoints(context: CanvasRenderingContext2D, width: number, height: number, points: Float32Array, style: PointStyle): void {
  context.clearRect(0, 0, width, height);
  const outline = style.radius < 2 ? 0.5 : 1;
  context.lineWidth = outline;
  for (let start = 0; start + POINT_COLUMNS <= points.length; start += POINT_COLUMNS) {
    const inTest = points[start + 3] === 1;
    if (inTest && !style.test) continue;
    const x = across(points[start]!, style.plane.x, width);
    const y = height - across(points[start + 1]!, style.plane.y, height);
    context.fillStyle = colourOf(points[start + 2]!, style);
    context.strokeStyle = inTest ? style.palette.ink : style.palette.surface;
    context.beginPath();
    context.arc(x, y, style.radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    if (style.marked !== null && start === style.marked * POINT_COLUMNS) ring(context, x, y, style, outline);
  }
}

/** The dots of each colour as a path on a square of so many units, to be drawn as lines of no length with round ends. */
export function dotsByColour(points: Float32Array, plane: Plane, side: number, colours: PointColours): [colour: string, path: string][] {
  const paths = new Map<string, string>();
  for (let start = 0; start + POINT_COLUMNS <= points.length; start += POINT_COLUMNS) {
    const colour = colourOf(points[start + 2]!, colours);
    const x = across(points[start]!, plane.x, side);
    const y = side - across(points[start + 1]!, plane.y, side);
    paths.set(colour, `${paths.get(colour) ?? ''}M${x.toFixed(1)} ${y.toFixed(1)}h0`);
  }
  return [...paths];
}

/** The row of the point nearest to a place on the plane, within a finger's reach; −1 if there is none. */
export function nearestPoint(points: Float32Array, plane: Plane, x: number, y: number, test: boolean): number {
  let nearest = -1;
  let best = REACH * REACH;
  for (let start = 0; start + POINT_COLUMNS <= points.length; start += POINT_COLUMNS) {
    if (points[start + 3] === 1 && !test) continue;
    const dx = across(points[start]! - x + plane.x[0], plane.x, 1);
    const dy = across(points[start + 1]! - y + plane.y[0], plane.y, 1);
    const square = dx * dx + dy * dy;
    if (square < best) {
      best = square;
      nearest = start / POINT_COLUMNS;
    }
  }
  return nearest;
}

function across(value: number, [low, high]: readonly [number, number], size: number): number {
  return ((value - low) / (high - low)) * size;
}

export function colourOf(target: number, { palette, classes, range: { low, high } }: PointColours): string {
  if (classes !== null) return palette.classes[target % palette.classes.length]!;
  return lineColour(palette, (2 * (target - low)) / (high - low) - 1);
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, style: PointStyle, outline: number): void {
  context.strokeStyle = style.palette.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, style.radius + 4, 0, 2 * Math.PI);
  context.stroke();
  context.lineWidth = outline;
}
