// A unit's answers over the plane as an image: one cell, one pixel. The canvas is as large as the field; CSS makes it as large as it looks.

import { shade, type Palette } from './palette';

/** Values from `low` to `high`, which take the two ends of the colours. */
export interface Range {
  low: number;
  high: number;
}

export const SIGNED: Range = { low: -1, high: 1 };

/** Keeps one image and draws fields into it without allocating. */
export class FieldPainter {
  readonly #canvas: HTMLCanvasElement;
  #image: ImageData | null = null;
  #pixels = new Uint32Array();

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Draws the (side, side) numbers that begin at `start`. */
  values(colours: Uint32Array, field: Float32Array, start: number, side: number, range: Range, discretize: boolean): void {
    const pixels = this.#prepare(side);
    const last = colours.length - 1;
    const middle = (range.low + range.high) / 2;
    for (let cell = 0; cell < pixels.length; cell++) {
      const value = field[start + cell]!;
      pixels[cell] = discretize ? colours[value >= middle ? last : 0]! : colours[shade(value, range.low, range.high, last + 1)]!;
    }
    this.#show();
  }

  /** Draws (side, side, 2): the winning class and its probability. */
  classes(palette: Palette, field: Float32Array, side: number, discretize: boolean): void {
    const pixels = this.#prepare(side);
    for (let cell = 0; cell < pixels.length; cell++) {
      const shades = palette.classPixels[field[2 * cell]! % palette.classPixels.length]!;
      const strength = discretize ? 1 : field[2 * cell + 1]!;
      pixels[cell] = shades[shade(strength, 0, 1, shades.length)]!;
    }
    this.#show();
  }

  #prepare(side: number): Uint32Array {
    if (this.#image?.width !== side) {
      this.#canvas.width = side;
      this.#canvas.height = side;
      this.#image = new ImageData(side, side);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    }
    return this.#pixels;
  }

  #show(): void {
    if (this.#image) this.#canvas.getContext('2d')?.putImageData(this.#image, 0, 0);
  }
}
