// Units' answers over the plane as images: one cell, one pixel. What shows them makes them as large as they look.

import { shade, type Palette } from './palette';

/** Values from `low` to `high`, which take the two ends of the colours. */
export interface Range {
  low: number;
  high: number;
}

export const SIGNED: Range = { low: -1, high: 1 };

/** Pixels of a canvas that is as large as they are, kept from one drawing to the next. */
class Pixels {
  readonly canvas: HTMLCanvasElement;
  #image: ImageData | null = null;
  all = new Uint32Array();

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
  }

  resize(width: number, height: number): void {
    if (this.#image?.width === width && this.#image.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.#image = new ImageData(width, height);
    this.all = new Uint32Array(this.#image.data.buffer);
  }

  show(): void {
    // Whatever is below an opaque canvas need not be drawn. It is black from the start, hence not before there is an image.
    if (this.#image) this.canvas.getContext('2d', { alpha: false })?.putImageData(this.#image, 0, 0);
  }
}

/** Gives the pixels from `place` on the colours of as many numbers as a field has, which begin at `start`. */
function colour(pixels: Uint32Array, place: number, cells: number, colours: Uint32Array, field: Float32Array, start: number, { low, high }: Range, discretize: boolean): void {
  const last = colours.length - 1;
  if (discretize) {
    const middle = (low + high) / 2;
    for (let cell = 0; cell < cells; cell++) pixels[place + cell] = colours[field[start + cell]! >= middle ? last : 0]!;
    return;
  }
  // As `shade`, with the division once and not for each of ten thousand cells.
  const steps = last / (high - low);
  for (let cell = 0; cell < cells; cell++) {
    const step = (field[start + cell]! - low) * steps + 0.5;
    pixels[place + cell] = colours[step > 0 ? Math.min(last, Math.trunc(step)) : 0]!;
  }
}

/** Draws one field at a time into a canvas of the page. */
export class FieldPainter {
  readonly #pixels: Pixels;

  constructor(canvas: HTMLCanvasElement) {
    this.#pixels = new Pixels(canvas);
  }

  /** Draws the (side, side) numbers of `field`. */
  values(colours: Uint32Array, field: Float32Array, side: number, range: Range, discretize: boolean): void {
    this.#pixels.resize(side, side);
    colour(this.#pixels.all, 0, side ** 2, colours, field, 0, range, discretize);
    this.#pixels.show();
  }

  /** Draws (side, side, 2): the winning class and its probability. */
  classes(palette: Palette, field: Float32Array, side: number, discretize: boolean): void {
    this.#pixels.resize(side, side);
    const pixels = this.#pixels.all;
    for (let cell = 0; cell < pixels.length; cell++) {
      const shades = palette.classPixels[field[2 * cell]! % palette.classPixels.length]!;
      const strength = discretize ? 1 : field[2 * cell + 1]!;
      pixels[cell] = shades[shade(strength, 0, 1, shades.length)]!;
    }
    this.#pixels.show();
  }
}

/** Many fields of one size below each other on a canvas that nobody sees: they cost one upload, and each is drawn from there. */
export class FieldSheet {
  readonly #pixels = new Pixels(document.createElement('canvas'));
  #side = 0;

  resize(side: number, fields: number): void {
    this.#side = side;
    this.#pixels.resize(side, this.#rows * fields);
  }

  /** Those of a field: its first and its last row are there twice, because a picture that is drawn larger takes in what is beside it. */
  get #rows(): number {
    return this.#side + 2;
  }

  /** Takes the numbers of `field` from `start` on as the field at `index`. */
  take(index: number, colours: Uint32Array, field: Float32Array, start: number, range: Range, discretize: boolean): void {
    const [pixels, side, cells] = [this.#pixels.all, this.#side, this.#side ** 2];
    if (start + cells > field.length) return;
    const above = index * this.#rows * side;
    const first = above + side;
    const below = first + cells;
    colour(pixels, first, cells, colours, field, start, range, discretize);
    pixels.copyWithin(above, first, first + side);
    pixels.copyWithin(below, below - side, below);
  }

  /** To be called between taking and drawing. */
  finish(): void {
    this.#pixels.show();
  }

  draw(context: CanvasRenderingContext2D, index: number, x: number, y: number, size: number): void {
    const side = this.#side;
    if (side > 0) context.drawImage(this.#pixels.canvas, 0, index * this.#rows + 1, side, side, x, y, size, size);
  }
}
