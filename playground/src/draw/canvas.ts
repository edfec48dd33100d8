// A canvas with as many pixels as the screen has, in coordinates of CSS pixels.

/** Gives a canvas its size; true if that has changed, which also clears it. */
export function fit(canvas: HTMLCanvasElement, width: number, height: number): boolean {
  const scale = Math.min(devicePixelRatio || 1, 2);
  const across = Math.max(1, Math.round(width * scale));
  const down = Math.max(1, Math.round(height * scale));
  if (canvas.width === across && canvas.height === down) return false;
  canvas.width = across;
  canvas.height = down;
  canvas.getContext('2d')?.setTransform(scale, 0, 0, scale, 0, 0);
  return true;
}
