// Which settings differ between configurations, as rows of a table.

import type { Config } from '../../engine/protocol';

export interface Difference {
  key: string;
  /** In the order of the configurations; null where one has no such setting. */
  values: (string | null)[];
}

/** What is shown and hidden on the page, and the format's number, decide nothing about a run. */
const ASIDE = ['version', 'show'];

export function differences(configs: readonly Config[]): Difference[] {
  const flat = configs.map((config) => new Map(flatten(config, '')));
  const keys = [...new Set(flat.flatMap((settings) => [...settings.keys()]))];
  const rows = keys.map((key) => ({ key, values: flat.map((settings) => settings.get(key) ?? null) }));
  return rows.filter(({ values }) => new Set(values).size > 1);
}

function flatten(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    if (prefix === '' && ASIDE.includes(name)) return [];
    const key = prefix + name;
    if (part === null || part === undefined) return [];
    if (name === 'layers') return [[key, layersText(part as Config['layers'])]];
    if (Array.isArray(part)) return [[key, part.join(', ')]];
    return typeof part === 'object' ? flatten(part, `${key}.`) : [[key, String(part)]];
  });
}

/** "4 tanh, 2 tanh" */
function layersText(layers: Config['layers']): string {
  return layers.map((layer) => `${layer.units} ${layer.activation}`).join(', ') || '–';
}
