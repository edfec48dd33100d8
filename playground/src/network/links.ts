// The connections on one canvas: width and colour are the weight, the dashes move from the features to the output while training.

import { fit } from '../draw/canvas';
import { lineColour, type Palette } from '../draw/palette';
import type { Frame } from '../engine/protocol';
import { curve, type Geometry, type Place } from './geometry';

export interface Link {
  path: Path2D;
  /** Place of the weight in the parameter buffer. */
  parameter: number;
  /** Layer counted from 1; units and sources from 0. */
  layer: number;
  source: number;
  unit: number;
}

interface LayerPlace {
  inputs: number;
  outputs: number;
  weights: [number, number];
}

const THICKEST_WEIGHT = 5;
const THINNEST = 1;
const THICKEST = 9;
const REACH = 10; // width of the line that a pointer hits
const DASH = [10, 2];
const DASH_LENGTH = 12;
const NO_DASH: number[] = [];
const EPOCHS_PER_PIXEL = 3;
const FASTEST_FLOW = 1000; // epochs a second: above it dashes move by half of their length between two frames, and nobody sees which way
const MOST_FLOWING = 200; // lines; dashes take long to draw, and among more lines nobody follows them
const MANY_EVERY = 60; // milliseconds: more lines than that take most of a frame

/** The connections in the order of the buffer. `inputPlaces` are the squares of the used features. */
export function links(geometry: Geometry, layers: readonly LayerPlace[], inputPlaces: readonly Place[]): Link[] {
  return layers.flatMap((layer, index) => {
    const sources = index === 0 ? inputPlaces : geometry.layers[index - 1]!;
    const targets = geometry.layers[index]!;
    const made: Link[] = [];
    for (let unit = 0; unit < layer.outputs; unit++) {
      for (let source = 0; source < layer.inputs; source++) {
        const from = sources[source];
        const to = targets[unit];
        if (from && to) made.push({ path: curve(from, to), parameter: layer.weights[0] + unit * layer.inputs + source, layer: index + 1, source, unit });
      }
    }
    return made;
  });
}

/** Where the dashes of a frame are, as `LinkStyle.epoch`. */
export function flow({ playing, status, epochsPerSecond }: Frame): number | null {
  return playing && epochsPerSecond <= FASTEST_FLOW ? status.epoch : null;
}

export interface LinkStyle {
  palette: Palette;
  /** Epochs so far, which move the dashes; null for lines at rest. */
  epoch: number | null;
  hovered: Link | null;
  /** Weights that training leaves alone: nothing flows along them. */
  frozen: ReadonlySet<number>;
}

export class LinkPainter {
  readonly #still = document.createElement('canvas');
  #links: readonly Link[] = [];
  #palette: Palette | null = null;
  #drawnAt = 0;

  /** Draws `links` over all of `context`. Many are drawn now and then and kept as an image in between, while `isPlaying`. */
  draw(context: CanvasRenderingContext2D, width: number, height: number, links: readonly Link[], parameters: Float64Array, style: LinkStyle, isPlaying: boolean): void {
    if (links.length <= MOST_FLOWING) drawLinks(context, width, height, links, parameters, style);
    else {
      this.#refresh(width, height, links, parameters, { ...style, epoch: null }, isPlaying);
      context.drawImage(this.#still, 0, 0, width, height);
    }
    if (style.hovered) outline(context, style.hovered, parameters, style.palette);
  }

  #refresh(width: number, height: number, links: readonly Link[], parameters: Float64Array, style: LinkStyle, isPlaying: boolean): void {
    const context = this.#still.getContext('2d', { alpha: false });
    const now = performance.now();
    const isOther = fit(this.#still, width, height) || links !== this.#links || style.palette !== this.#palette;
    if (!context || (isPlaying && !isOther && now - this.#drawnAt < MANY_EVERY)) return;
    [this.#links, this.#palette, this.#drawnAt] = [links, style.palette, now];
    drawLinks(context, width, height, links, parameters, style);
  }
}

function drawLinks(context: CanvasRenderingContext2D, width: number, height: number, links: readonly Link[], parameters: Float64Array, style: LinkStyle): void {
  context.fillStyle = style.palette.surface;
  context.fillRect(0, 0, width, height);
  context.lineCap = 'butt';
  const dash = style.epoch === null ? NO_DASH : DASH;
  context.lineDashOffset = style.epoch === null ? 0 : -((style.epoch / EPOCHS_PER_PIXEL) % DASH_LENGTH);
  for (const link of links) {
    const weight = parameters[link.parameter] ?? 0;
    context.setLineDash(style.frozen.has(link.parameter) ? NO_DASH : dash);
    context.lineWidth = lineWidth(weight);
    context.strokeStyle = lineColour(style.palette, weight);
    context.stroke(link.path);
  }
}

export function linkAt(context: CanvasRenderingContext2D, links: readonly Link[], x: number, y: number): Link | null {
  // Hit tests take pixels of the canvas, whatever the transform.
  const scale = context.getTransform().a;
  context.lineWidth = REACH;
  context.setLineDash(NO_DASH);
  for (let place = links.length - 1; place >= 0; place--) {
    if (context.isPointInStroke(links[place]!.path, x * scale, y * scale)) return links[place]!;
  }
  return null;
}

function lineWidth(weight: number): number {
  const share = Math.min(1, Math.abs(weight) / THICKEST_WEIGHT);
  return THINNEST + (THICKEST - THINNEST) * share;
}

function outline(context: CanvasRenderingContext2D, link: Link, parameters: Float64Array, palette: Palette): void {
  const weight = parameters[link.parameter] ?? 0;
  context.setLineDash(NO_DASH);
  context.lineWidth = lineWidth(weight) + 4;
  context.strokeStyle = palette.ink;
  context.stroke(link.path);
  context.lineWidth = lineWidth(weight) + 1;
  context.strokeStyle = lineColour(palette, weight);
  context.stroke(link.path);
}
