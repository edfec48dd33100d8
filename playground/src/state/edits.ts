// Changes to the network's shape, as configurations.

import type { LayerConfig } from '../engine/protocol';
import { playground } from './playground.svelte';

const UNITS_OF_NEW_LAYER = 2;

export function addLayer(): void {
  const layers = playground.config?.layers ?? [];
  const activation = layers.at(-1)?.activation ?? 'tanh';
  playground.change({ layers: [...layers, { units: UNITS_OF_NEW_LAYER, activation }] });
}

export function removeLayer(): void {
  playground.change({ layers: playground.config?.layers.slice(0, -1) ?? [] });
}

/** Changes one hidden layer, counted from 1. */
export function changeLayer(layer: number, part: Partial<LayerConfig>): void {
  const layers = playground.config?.layers ?? [];
  playground.change({ layers: layers.map((old, place) => (place === layer - 1 ? { ...old, ...part } : old)) });
}

export function changeAllActivations(activation: string): void {
  playground.change({ layers: (playground.config?.layers ?? []).map(({ units }) => ({ units, activation })) });
}

/** A network needs one feature at least; the last one stays. */
export function toggleFeature(feature: string): void {
  const features = playground.config?.features ?? [];
  if (!features.includes(feature)) return addFeature(feature);
  if (features.length > 1) playground.change({ features: features.filter((name) => name !== feature) });
}

/** In the order of the list on offer, so that the lines do not cross more than they must. */
export function addFeature(feature: string): void {
  const offered = playground.limits?.features ?? [];
  const rank = (name: string): number => (offered.includes(name) ? offered.indexOf(name) : offered.length);
  const features = [...(playground.config?.features ?? []), feature];
  playground.change({ features: features.sort((a, b) => rank(a) - rank(b)) });
}
