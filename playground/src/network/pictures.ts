// What every unit answers over the plane, in its square, and its bias as a dot at the corner: all on the canvas of the lines.
// With a canvas for each square a browser has as many pictures to put together in every frame.

import { FieldSheet, type Range } from '../draw/field';
import { lineColour, type Palette } from '../draw/palette';
import type { Frame } from '../engine/protocol';
import { UNIT, type Place } from './geometry';

/** A square: one of the pictures that come with a frame, or one that stays as it is; nothing where there is none. */
export interface Picture {
  place: Place;
  source: number | Float32Array | null;
  range: Range;
  /** Of a feature that is not used: the button around it has the line. */
  isUnused: boolean;
  isFaint: boolean;
  /** Place of the unit's bias in the parameter buffer. */
  bias: number | null;
}

export interface PictureStyle {
  palette: Palette;
  discretize: boolean;
}

const LINE = 1.5;
const CORNER = 5; // radius of the outer edge
const FAINT = 0.5;
const DOT = 5.25; // radius, to the middle of its line

export class PicturePainter {
  readonly #sheet = new FieldSheet();

  draw(context: CanvasRenderingContext2D, pictures: readonly Picture[], frame: Frame, style: PictureStyle): void {
    this.#take(pictures, frame, style);
    const border = wholePixels(LINE, context.getTransform().a);
    pictures.forEach((picture, index) => this.#draw(context, picture, index, border, style.palette));
    context.globalAlpha = 1;
    drawBorders(context, pictures, border, style.palette);
    drawDots(context, pictures, frame.parameters, style.palette);
  }

  #draw(context: CanvasRenderingContext2D, { place, source, isFaint }: Picture, index: number, border: number, palette: Palette): void {
    const [x, y, size] = [place.x + border, place.y + border, UNIT - 2 * border];
    context.globalAlpha = isFaint ? FAINT : 1;
    if (source !== null) return this.#sheet.draw(context, index, x, y, size);
    context.fillStyle = palette.surface;
    context.fillRect(x, y, size, size);
  }

  #take(pictures: readonly Picture[], frame: Frame, { palette, discretize }: PictureStyle): void {
    const side = frame.thumbnailSide;
    this.#sheet.resize(side, pictures.length);
    pictures.forEach(({ source, range }, index) => {
      if (typeof source === 'number') this.#sheet.take(index, palette.full, frame.thumbnails, source * side ** 2, range, discretize);
      else if (source) this.#sheet.take(index, palette.full, source, 0, range, discretize);
    });
    this.#sheet.finish();
  }
}

/** The width of a line as a browser draws borders: whole pixels, rounded down, and at least one. */
function wholePixels(width: number, scale: number): number {
  return Math.max(1, Math.floor(width * scale)) / scale;
}

function drawBorders(context: CanvasRenderingContext2D, pictures: readonly Picture[], border: number, palette: Palette): void {
  context.setLineDash([]);
  context.lineWidth = border;
  context.strokeStyle = palette.ink;
  context.beginPath();
  for (const { place, isUnused } of pictures) {
    if (!isUnused) context.roundRect(place.x + border / 2, place.y + border / 2, UNIT - border, UNIT - border, CORNER - border / 2);
  }
  context.stroke();
}

function drawDots(context: CanvasRenderingContext2D, pictures: readonly Picture[], parameters: Float64Array, palette: Palette): void {
  context.lineWidth = LINE;
  for (const { place, bias } of pictures) {
    if (bias === null) continue;
    context.fillStyle = lineColour(palette, parameters[bias] ?? 0);
    context.beginPath();
    context.arc(place.x, place.y + UNIT, DOT, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
