// How the chart of losses looks, and how the engine's rows become its columns.

import type uPlot from 'uplot';
import { themeColour } from '../draw/theme';
import { short } from '../text/numbers';
import { column, drawable } from './losses';

/** Epochs, training losses, test losses, learning rates. */
export type LossColumns = [number[], (number | null)[], (number | null)[], (number | null)[]];

export function columnsOf(rows: Float32Array, logarithmic: boolean): LossColumns {
  return [column(rows, 0), drawable(column(rows, 1), logarithmic), drawable(column(rows, 2), logarithmic), changing(column(rows, 3))];
}

/** Rates that never change are no curve. */
function changing(rates: number[]): (number | null)[] {
  return rates.some((rate) => rate !== rates[0]) ? rates : rates.map(() => null);
}

export interface ChartLook {
  width: number;
  height: number;
  logarithmic: boolean;
  /** Told which row the pointer is over. */
  point: (place: number | null | undefined) => void;
}

export function chartOptions(look: ChartLook): uPlot.Options {
  const soft = themeColour('--ink-soft');
  const grid = { stroke: themeColour('--neutral'), width: 1 };
  const axis: uPlot.Axis = { stroke: soft, grid, ticks: { ...grid, size: 4 }, font: '11px system-ui', gap: 3 };
  return {
    width: look.width,
    height: look.height,
    padding: [6, 14, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false },
      rate: { range: (_, __, high) => [0, high > 0 ? high * 1.05 : 1] },
      y: look.logarithmic ? { distr: 3 } : { range: (_, __, high) => [0, Math.max(high * 1.05, 1e-6)] },
    },
    axes: [
      { ...axis, size: 22, space: 50, values: (_, ticks) => ticks.map((tick) => short(tick, 6)) },
      { ...axis, size: 44, space: 26, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : short(tick, 3))) },
    ],
    series: [
      {},
      { stroke: soft, width: 1.5, dash: [5, 3], points: { show: false } },
      { stroke: themeColour('--ink'), width: 1.75, points: { show: false } },
      // From 0 to its highest value, without an axis: its shape is what is looked at, and the pointer tells the number.
      { scale: 'rate', stroke: themeColour('--accent'), width: 1, dash: [2, 3], points: { show: false } },
    ],
    hooks: { setCursor: [(chart) => look.point(chart.cursor.idx)] },
  };
}
