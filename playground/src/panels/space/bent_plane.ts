// The bent plane on a canvas: lines of the grid and the data points, fitted into the picture with the same scale in both directions.

import { colourOf, type PointStyle } from '../../draw/points';
import type { Space } from '../answers';

export interface Shown {
  grid: boolean;
  points: boolean;
}

interface Fit {
  x(value: number): number;
  y(value: number): number;
}

const MARGIN = 14;
const SMALL = 2; // radius of a dot that a line around it would hide
const GRID_STRENGTH = 0.3;

export function drawSpace(context: CanvasRenderingContext2D, size: number, space: Space, style: PointStyle, shown: Shown): void {
  context.clearRect(0, 0, size, size);
  const fit = fitted(space, size);
  if (shown.grid) drawGrid(context, space, fit, style.palette.ink);
  if (shown.points) drawDots(context, space, fit, style);
}

/** Everything that is drawn, with a margin around it. */
function fitted(space: Space, size: number): Fit {
  const [x, y] = [new Range(), new Range()];
  for (const line of space.lines) for (let at = 0; at + 1 < line.length; at += 2) take(line[at]!, line[at + 1]!);
  for (const point of space.points) take(point[0], point[1]);
  const scale = (size - 2 * MARGIN) / (Math.max(x.length, y.length) || 1);
  return { x: (value) => size / 2 + (value - x.middle) * scale, y: (value) => size / 2 - (value - y.middle) * scale };

  function take(across: number, up: number): void {
    x.take(across);
    y.take(up);
  }
}

/** From the smallest to the largest of some numbers. */
class Range {
  #low = Infinity;
  #high = -Infinity;

  take(value: number): void {
    this.#low = Math.min(this.#low, value);
    this.#high = Math.max(this.#high, value);
  }

  get length(): number {
    return Math.max(0, this.#high - this.#low);
  }

  get middle(): number {
    return this.#low > this.#high ? 0 : (this.#low + this.#high) / 2;
  }
}

function drawGrid(context: CanvasRenderingContext2D, space: Space, fit: Fit, colour: string): void {
  context.strokeStyle = colour;
  context.globalAlpha = GRID_STRENGTH;
  context.lineWidth = 1;
  context.lineJoin = 'bevel';
  // Line by line: one path that crosses itself a thousand times takes seconds to be filled.
  for (const line of space.lines) {
    context.beginPath();
    for (let at = 0; at + 1 < line.length; at += 2) context.lineTo(fit.x(line[at]!), fit.y(line[at + 1]!));
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawDots(context: CanvasRenderingContext2D, space: Space, fit: Fit, style: PointStyle): void {
  context.lineWidth = 1;
  for (const [x, y, target, part] of space.points) {
    const inTest = part === 1;
    if (inTest && !style.test) continue;
    context.fillStyle = colourOf(target, style);
    context.strokeStyle = inTest ? style.palette.ink : style.palette.surface;
    context.beginPath();
    context.arc(fit.x(x), fit.y(y), style.radius, 0, 2 * Math.PI);
    context.fill();
    if (style.radius > SMALL) context.stroke();
  }
}
