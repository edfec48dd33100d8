// What the engine answers to the questions of the panels, once parsed.

import type { Config } from '../engine/protocol';

/** A table as `gradus trace` prints it: every cell is text that is ready to be read. */
export interface SheetTable {
  title: string;
  /** Computed on the way back from the loss. */
  is_backward: boolean;
  /** Formulas that hold for the whole table. */
  lines: string[];
  columns: string[];
  rows: string[][];
  /** The layer that it is about, counted from 1. */
  layer: number;
}

export interface Change {
  old: number;
  gradient: number;
  change: number;
  new: number;
}

export interface UnitTrace {
  unit: number;
  net_parts: number[];
  net_input: number;
  output: number;
  slope: number | null;
  delta: number;
  weights: Change[];
  bias: Change;
}

export interface LayerTrace {
  first_source: number;
  units: UnitTrace[];
}

/** Every number of one step on one example. */
export interface StepTrace {
  inputs: number[];
  targets: number[];
  layers: LayerTrace[];
  loss_before: number;
  loss_after: number;
  outputs_after: number[];
}

export interface Inspection {
  trace: StepTrace;
  sheet: SheetTable[];
}

/** Counts in equal bins from `low` to `high`. */
export interface Histogram {
  low: number;
  high: number;
  counts: number[];
}

export interface LayerHistograms {
  weights: Histogram;
  gradients: Histogram | null;
  activations: Histogram;
  gradient_norm: number | null;
  dead: number;
  saturated: number;
}

export interface Histograms {
  layers: LayerHistograms[];
}

/** The plane as a layer bends it: lines of the grid, and the points with their class or value. */
export interface Space {
  /** Units of the layer. */
  units: number;
  /** The share of the variance along each axis, where more than two units are shown by their first two principal components. */
  explained: [number, number] | null;
  /** Polylines: x, y, x, y, … */
  lines: number[][];
  /** x, y, target or class, part (0 training, 1 test) */
  points: [number, number, number, number][];
}

export type DiagnosisKind = 'diverged' | 'dead_units' | 'saturation' | 'vanishing' | 'overfitting' | 'stalled';

export interface Finding {
  kind: DiagnosisKind;
  level: 'note' | 'warning';
  /** Counted from 1. */
  layer?: number;
  units?: number[];
  numbers: Record<string, number>;
}

/** counts[actual][predicted] for each part. */
export interface Confusion {
  classes: string[];
  train: number[][];
  test: number[][];
}

export interface LessonCheck {
  done: boolean;
  /** 0 … 1 */
  progress: number;
  numbers: Record<string, number>;
}

export interface ReadTable {
  columns: string[];
  target: string;
  rows: number;
  notes: string[];
}

/** A configuration with only the keys that it changes. */
export type PartialConfig = {
  [Key in keyof Config]?: Config[Key] extends unknown[] ? Config[Key] : Config[Key] extends object ? Partial<Config[Key]> : Config[Key];
};
