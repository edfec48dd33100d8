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
const COLUMNS = 4;
const GRID_STRENGTH = 0.3;

export function drawSpace(context: CanvasRenderingContext2D, size: number, space: Space, style: PointStyle, shown: Shown): void {
  context.clearRect(0, 0, size, size);
  const fit = fitted(space, size);
  if (shown.grid) drawGrid(context, space, fit, style.palette.ink);
  if (shown.points) drawDots(context, space, fit, style);
}

/** Everything that is drawn, with a margin around it. */
function fitted(space: Space, size: number): Fit {
  const across = Math.max(space.x[1] - space.x[0], space.y[1] - space.y[0]) || 1;
  const scale = (size - 2 * MARGIN) / across;
  const [middleX, middleY] = [(space.x[0] + space.x[1]) / 2, (space.y[0] + space.y[1]) / 2];
  return { x: (value) => size / 2 + (value - middleX) * scale, y: (value) => size / 2 - (value - middleY) * scale };
}

function drawGrid(context: CanvasRenderingContext2D, space: Space, fit: Fit, colour: string): void {
  context.strokeStyle = colour;
  context.globalAlpha = GRID_STRENGTH;
  context.lineWidth = 1;
  context.beginPath();
  for (const line of space.lines) {
    for (let at = 0; at + 1 < line.length; at += 2) {
      const [x, y] = [fit.x(line[at]!), fit.y(line[at + 1]!)];
      if (at === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}

function drawDots(context: CanvasRenderingContext2D, space: Space, fit: Fit, style: PointStyle): void {
  context.lineWidth = 1;
  for (let at = 0; at + COLUMNS <= space.points.length; at += COLUMNS) {
    const inTest = space.points[at + 3] === 1;
    if (inTest && !style.test) continue;
    context.fillStyle = colourOf(space.points[at + 2]!, style);
    context.strokeStyle = inTest ? style.palette.ink : style.palette.surface;
    context.beginPath();
    context.arc(fit.x(space.points[at]!), fit.y(space.points[at + 1]!), style.radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
