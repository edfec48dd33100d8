// A configuration for one side of a race: one that is there, with one setting changed.

import type { Config, Limits } from '../../engine/protocol';
import { PENALTIES, RATES } from '../../settings/offered';

/** The settings that can be changed for a race; each is one value for the whole network. */
export const CHANGES = ['learning_rate', 'optimizer', 'activation', 'batch_size', 'l2', 'dropout', 'init', 'weights_seed'] as const;
export type Change = (typeof CHANGES)[number];

const NUMBERS: Partial<Record<Change, readonly number[]>> = {
  learning_rate: RATES,
  batch_size: [1, 5, 10, 30, 100, 250],
  l2: [0, ...PENALTIES],
  dropout: [0, 0.1, 0.2, 0.5],
  weights_seed: [1, 2, 3, 4, 5, 6, 7, 8, 9],
};

/** What a setting can be changed to. */
export function values(change: Change, limits: Limits): readonly (string | number)[] {
  if (change === 'optimizer') return limits.optimizers.filter((optimizer) => !optimizer.full_batch).map((optimizer) => optimizer.name);
  if (change === 'activation') return limits.activations;
  if (change === 'init') return limits.initialisers;
  return NUMBERS[change] ?? [];
}

/** The value that a configuration has now; of the activation, that of the first hidden layer. */
export function present(change: Change, config: Config): string | number {
  if (change === 'activation') return config.layers[0]?.activation ?? '';
  const value = config[change];
  return value === null ? '' : (value as string | number);
}

export function changed(config: Config, change: Change | null, value: string | number): Config {
  if (change === null) return config;
  if (change !== 'activation') return { ...config, [change]: value };
  return { ...config, layers: config.layers.map((layer) => ({ ...layer, activation: String(value) })) };
}
