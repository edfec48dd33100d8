// What the page and the worker say to each other. The worker owns the engine; the page asks, and draws what it is told.

import type { Session } from '../../pkg/gradus_wasm.js';
import type { Confusion, Finding, Histograms, Inspection, LessonCheck, ReadTable, Space } from '../panels/answers';

export interface LayerConfig {
  units: number;
  activation: string;
}

export interface DataConfig {
  source: string;
  noise: number;
  train_percent: number;
  seed: string | number;
  rows: number | null;
  classes: number | null;
  columns: [string, string] | null;
  labels: string;
  target: string | null;
}

/** What is shown and hidden; part of the configuration so that a link can carry it. */
export interface ShowConfig {
  test: boolean;
  discretize: boolean;
  hide: string[];
  lesson: string | null;
}

/** Cells along a side of the small pictures: of units in frames, and of features that could be used. */
export const THUMBNAIL_SIDE = 20;

/** The whole configuration, named as in the specification file. Null: whatever follows from the rest. */
export interface Config {
  version: number;
  data: DataConfig;
  features: string[];
  layers: LayerConfig[];
  output_activation: string | null;
  loss: string | null;
  optimizer: string;
  learning_rate: number;
  schedule: string;
  schedule_epochs: number;
  batch_size: number;
  l1: number;
  l2: number;
  weight_decay: number;
  dropout: number;
  clip: number;
  init: string | null;
  prep: string | null;
  weights_seed: number;
  order_seed: number;
  /** 0: never. */
  stop_epoch: number;
  /** Of the test part; 0: never. */
  stop_loss: number;
  compatible: boolean;
  show: ShowConfig;
}

export interface Metrics {
  accuracy?: number | null;
  r2?: number | null;
  mae?: number | null;
}

/** What the configuration names as a reason to stop. */
export type Stop = 'epoch' | 'loss';

/** What a call that trains answers. */
export interface Outcome {
  diverged: string | null;
  stopped: Stop | null;
}

export interface Status {
  epoch: number;
  updates: number;
  examples: number;
  /** Where the current batch stands; rows count from 0. */
  batch: { number: number; example: number; rows: number; next_row: number | null };
  /** Null without points, or where it is no number any more. */
  loss: { train: number | null; test: number | null };
  metrics: { train: Metrics; test: Metrics };
  learning_rate: number;
  parameters: number;
  rows: { train: number; test: number };
  classes: string[] | null;
  diverged: string | null;
  /** Why training ended before anybody pressed pause. */
  stopped: Stop | null;
  /** The mark in the past of this training whose weights are shown; null for those of now. */
  looked_at: number | null;
  /** Places in the parameter buffer that training leaves alone. */
  frozen: number[];
  view: DrawnPlane;
  /** From the lowest to the highest answer that is asked for. */
  range: [number, number];
}

/** One layer's place in the parameter buffer: weights are (outputs, inputs), row by row. */
export interface LayerLayout {
  inputs: number;
  outputs: number;
  activation: string;
  weights: [number, number];
  biases: [number, number];
  names: string[];
}

/** The part of the plane that is drawn, and the columns of the data along its sides. */
export interface DrawnPlane {
  columns: [string, string];
  x: [number, number];
  y: [number, number];
}

export interface Layout {
  layers: LayerLayout[];
  /** A name for each input of the network. */
  feature_names: string[];
  /** The feature that each input comes from: a column of words has an input for each of them. */
  input_features: string[];
}

export interface Bound {
  min: number;
  max: number;
}

/** Where a bounded number stands in the configuration. */
export type BoundName =
  | 'data.noise' | 'data.train_percent' | 'data.rows' | 'data.classes' | 'learning_rate' | 'schedule_epochs' | 'batch_size' | 'l1' | 'l2'
  | 'weight_decay' | 'dropout' | 'clip' | 'weights_seed' | 'order_seed' | 'stop_epoch' | 'stop_loss';

export interface Dataset {
  name: string;
  /** Null where the points themselves tell. */
  task: string | null;
  classes: number;
  has_classes: boolean;
  has_noise: boolean;
  rows: number;
  compatible: boolean;
}

/** What controls have to know: the bounds of every number, and the closed sets. */
export interface Limits {
  max_layers: number;
  max_units: number;
  max_inputs: number;
  max_classes: number;
  max_csv_bytes: number;
  max_model_bytes: number;
  bounds: Record<BoundName, Bound>;
  activations: string[];
  output_activations: string[];
  losses: { name: string; output_activation: string }[];
  optimizers: { name: string; learning_rate: number | null; weight_decay: number | null; full_batch: boolean }[];
  schedules: string[];
  initialisers: string[];
  datasets: Dataset[];
  features: string[];
  labels: string[];
  scalings: string[];
}

export interface Configured {
  data: boolean;
  weights: 'kept' | 'partly' | 'new';
  resets_epoch: boolean;
}

/** The methods of `Session` that answer in JSON, and what it says once parsed. */
export interface JsonAnswers {
  config: Config;
  configure: Configured;
  limits: Limits;
  train: Outcome;
  trainExamples: Outcome;
  trainBatches: Outcome;
  status: Status;
  layout: LayerLayout[];
  histograms: Histograms;
  inspect: Inspection;
  inspectPoint: Inspection;
  space: Space;
  diagnosis: Finding[];
  confusion: Confusion;
  lessonCheck: LessonCheck;
  setCsv: ReadTable;
}

export type Method = Exclude<keyof Session, 'free'>;
export type Arguments<M extends Method> = Parameters<Session[M]>;
export type Answer<M extends Method> = M extends keyof JsonAnswers ? JsonAnswers[M] : ReturnType<Session[M]>;

/** The keys of `JsonAnswers`, for the code that has to know them while it runs. */
export const JSON_METHODS: Record<keyof JsonAnswers, true> = {
  config: true,
  configure: true,
  limits: true,
  train: true,
  trainExamples: true,
  trainBatches: true,
  status: true,
  layout: true,
  histograms: true,
  inspect: true,
  inspectPoint: true,
  space: true,
  diagnosis: true,
  confusion: true,
  lessonCheck: true,
  setCsv: true,
};

/** How fast to train: so many examples or epochs a second, or as fast as the machine goes. */
export interface Speed {
  unit: 'example' | 'epoch';
  perSecond: number;
}

/** What the page wants to see in the next frame. */
export interface View {
  /** The unit whose answer fills the large map; null is the network's own answer. Layer 0 holds the features. */
  unit: { layer: number; unit: number } | null;
  /** Side of a unit's small picture and of the large map, in cells; 0 leaves it out. */
  thumbnail: number;
  map: number;
  losses: boolean;
}

/** What only changes when a setting or the data do. */
export interface Scene {
  config: Config;
  layout: Layout;
  /** rows × (x, y, target or class, part: 0 training, 1 test) */
  points: Float32Array;
  address: string;
}

export interface Frame {
  status: Status;
  playing: boolean;
  parameters: Float64Array;
  /** (features and units in order, side, side), the top row first */
  thumbnails: Float32Array;
  thumbnailSide: number;
  /** (side, side), or (side, side, 2) with winning class and its probability */
  map: Float32Array;
  mapSide: number;
  mapHasClasses: boolean;
  losses: Float32Array | null;
  scene: Scene | null;
  /** For a fresh worker, should this one die; sent every few seconds. */
  snapshot: Uint8Array | null;
  epochsPerSecond: number;
  /** Milliseconds that this frame took to compute. */
  took: number;
}

/** Pictures of choices that are not chosen: real points of each data set, real values of each feature. */
export interface Previews {
  datasets: Record<string, Float32Array>;
  features: Record<string, Float32Array>;
}

export type Start = { hash: string } | { config: string } | { snapshot: Uint8Array };

export type ToWorker =
  | { kind: 'start'; start: Start }
  | { kind: 'call'; id: number; method: Method; values: unknown[] }
  | { kind: 'frame'; view: View }
  | { kind: 'play'; playing: boolean }
  | { kind: 'speed'; speed: Speed }
  | { kind: 'previews' };

export type FromWorker =
  | { kind: 'started'; notices: string[]; limits: Limits }
  /** The engine stands still until the rest of it has been fetched. */
  | { kind: 'delayed' }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'refused'; id: number; line: string }
  | { kind: 'frame'; frame: Frame | null }
  | { kind: 'previews'; previews: Previews }
  | { kind: 'died'; line: string };
