// What each lesson sets up, and which controls it leaves out because they are not needed to reach the goal.

import type { LessonId } from '../../text/lessons.en';
import type { PartialConfig } from '../answers';

export interface Lesson {
  id: LessonId;
  minutes: number;
  config: PartialConfig;
  hide: string[];
}

const NEVER = ['penalty', 'penalty_rate', 'problem'];
const DATA = ['source', 'train_percent', 'noise', 'batch_size'];
const SHAPE = ['layers', 'features'];
const RATE = ['learning_rate', 'activation'];

/** In the order in which they build on one another. */
export const LESSONS: readonly Lesson[] = [
  {
    id: 'threshold_unit',
    minutes: 3,
    // A start with most points on the wrong side: there is something to do by hand.
    config: { data: { source: 'gauss', noise: 5 }, layers: [], weights_seed: 2 },
    hide: [...NEVER, ...DATA, ...SHAPE, ...RATE, 'play', 'step'],
  },
  {
    id: 'perceptron',
    minutes: 4,
    config: { data: { source: 'gauss', noise: 5 }, layers: [], batch_size: 1, learning_rate: 0.03, weights_seed: 7 },
    hide: [...NEVER, ...SHAPE, 'activation', 'source', 'train_percent', 'batch_size'],
  },
  {
    id: 'xor',
    minutes: 5,
    config: { data: { source: 'xor' }, layers: [], learning_rate: 0.1 },
    hide: [...NEVER, 'source', 'train_percent', 'features'],
  },
  {
    id: 'linear_collapse',
    minutes: 5,
    config: {
      data: { source: 'circle' },
      layers: [{ units: 4, activation: 'identity' }, { units: 4, activation: 'identity' }, { units: 2, activation: 'identity' }],
    },
    hide: [...NEVER, ...DATA, 'features'],
  },
  {
    id: 'lookup_table',
    minutes: 8,
    config: {
      data: { source: 'multi-gauss', train_percent: 80 },
      layers: [{ units: 3, activation: 'sigmoid' }],
      optimizer: 'adam',
      learning_rate: 0.01,
    },
    hide: [...NEVER, 'source', 'train_percent', 'noise', 'features'],
  },
  {
    id: 'backpropagation',
    minutes: 6,
    config: { data: { source: 'xor' }, layers: [{ units: 4, activation: 'tanh' }], batch_size: 1, learning_rate: 0.01 },
    hide: [...NEVER, ...DATA, ...SHAPE],
  },
  {
    id: 'random_labels',
    minutes: 8,
    config: {
      data: { source: 'xor', labels: 'random', rows: 100 },
      layers: [{ units: 32, activation: 'relu' }, { units: 32, activation: 'relu' }],
      // Squared error would stop at a saturated tanh, with some points wrong for good.
      loss: 'cross_entropy',
      optimizer: 'adam',
      learning_rate: 0.003,
      show: { test: true },
    },
    hide: [...NEVER, 'source', 'train_percent', 'noise', 'features'],
  },
];
