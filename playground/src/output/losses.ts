// The engine's rows of losses: epoch, training loss, test loss, learning rate.

const COLUMNS = 4;

/** One column: 0 epoch, 1 training loss, 2 test loss, 3 learning rate. */
export function column(losses: Float32Array, place: 0 | 1 | 2 | 3): number[] {
  return Array.from({ length: losses.length / COLUMNS }, (_, row) => losses[row * COLUMNS + place]!);
}

export function lastEpoch(losses: Float32Array): number {
  return losses[losses.length - COLUMNS] ?? 0;
}

/** Losses as a chart takes them. A logarithmic scale has no place for zero, so that losses of zero are left out there. */
export function drawable(losses: number[], logarithmic: boolean): (number | null)[] {
  return losses.map((loss) => (Number.isFinite(loss) && (loss > 0 || !logarithmic) ? loss : null));
}
