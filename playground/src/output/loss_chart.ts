// How the chart of losses looks, and how the engine's rows become its columns.

import type uPlot from 'uplot';
import { short } from '../text/numbers';

/** Epochs, training losses, test losses. */
export type LossColumns = [number[], (number | null)[], (number | null)[]];

const ROW = 4; // epoch, training loss, test loss, learning rate

/** A logarithmic scale has no place for zero, so that losses of zero are left out there. */
export function columnsOf(rows: Float32Array, logarithmic: boolean): LossColumns {
  const columns: LossColumns = [[], [], []];
  const shown = (loss: number): number | null => (Number.isFinite(loss) && (loss > 0 || !logarithmic) ? loss : null);
  for (let start = 0; start + ROW <= rows.length; start += ROW) {
    columns[0].push(rows[start]!);
    columns[1].push(shown(rows[start + 1]!));
    columns[2].push(shown(rows[start + 2]!));
  }
  return columns;
}

export interface ChartLook {
  width: number;
  height: number;
  logarithmic: boolean;
  dark: boolean;
  /** Told which row the pointer is over. */
  point: (place: number | null | undefined) => void;
}

export function chartOptions(look: ChartLook): uPlot.Options {
  const ink = look.dark ? '#a9b4c1' : '#4b5765';
  const strong = look.dark ? '#e8ecf1' : '#17202b';
  const grid = { stroke: look.dark ? '#2a333f' : '#e4e7eb', width: 1 };
  const axis: uPlot.Axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font: '11px system-ui', gap: 3 };
  return {
    width: look.width,
    height: look.height,
    padding: [6, 14, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false },
      y: look.logarithmic ? { distr: 3 } : { range: (_, __, high) => [0, Math.max(high * 1.05, 1e-6)] },
    },
    axes: [
      { ...axis, size: 22, space: 50, values: (_, ticks) => ticks.map((tick) => short(tick, 6)) },
      { ...axis, size: 44, space: 26, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : short(tick, 3))) },
    ],
    series: [
      {},
      { stroke: ink, width: 1.5, dash: [5, 3], points: { show: false } },
      { stroke: strong, width: 1.75, points: { show: false } },
    ],
    hooks: { setCursor: [(chart) => look.point(chart.cursor.idx)] },
  };
}
