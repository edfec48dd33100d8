// Workers with the engine in them. The first one is launched as soon as this is loaded: it gets ready while the page is put up.

let first: Worker | null = launch();

/** A worker that nobody has yet. */
export function worker(): Worker {
  const worker = first ?? launch();
  first = null;
  return worker;
}

function launch(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}
