// What the parts of the network are called.

import type { Config, Layout } from '../engine/protocol';
import type { UnitPlace } from '../state/view.svelte';
import type { Text } from '../text/en';

/** A layer counted from 1; the last of `layers` is the output. */
export function layerName(text: Text, layer: number, layers: number): string {
  return layer === layers ? text.layers.output : text.layers.hidden(layer);
}

/** Layer 0 holds the features, the last one the outputs. */
export function unitName(text: Text, layout: Layout, place: UnitPlace): string {
  if (place.layer === 0) return featureLabel(layout.feature_names[place.unit] ?? '');
  if (place.layer === layout.layers.length) return outputName(text, layout, place.unit);
  return text.network.unitName(place.layer, place.unit + 1);
}

function outputName(text: Text, layout: Layout, unit: number): string {
  const outputs = layout.layers.at(-1)?.outputs ?? 1;
  return outputs === 1 ? text.network.output : text.network.outputName(unit + 1);
}

const RAISED: Record<string, string> = { '^2': '²', '^3': '³' };
const LOWERED = '₀₁₂₃₄₅₆₇₈₉';

/** A formula as it is written by hand: x₁², x₁x₂, sin x₁. */
export function featureLabel(formula: string): string {
  return formula
    .replace(/\^[23]/g, (power) => RAISED[power]!)
    .replace(/\bx(\d+)/g, (_, digits: string) => 'x' + [...digits].map((digit) => LOWERED[Number(digit)]).join(''))
    .replace(/^(sin|cos|tan|abs|sqrt|exp|log)\(([^()+\-*/]+)\)$/, '$1 $2')
    .replaceAll('*', '');
}

/** The features that the page shows: those on offer, and those that are or were used. A table has columns of its own. */
export function shownFeatures(offered: readonly string[], known: ReadonlySet<string>, config: Config): string[] {
  const common = config.data.source === 'csv' ? [] : offered;
  const shown = common.filter((feature) => !config.show.hide.includes(feature) || config.features.includes(feature));
  return [...new Set([...shown, ...known, ...config.features])];
}
