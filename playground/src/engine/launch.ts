// Workers with the engine in them. The first one is launched as soon as this is loaded, before the page is put up, and the
// engine is fetched while the worker comes up.

import type { ToWorker } from './protocol';

const OPENING = new URL('../../pkg/gradus_wasm_bg.wasm', import.meta.url);

let opening: Promise<WebAssembly.Module> | null = null;
let first: Worker | null = launch();

/** A worker that nobody has yet. */
export function worker(): Worker {
  const worker = first ?? launch();
  first = null;
  return worker;
}

function launch(): Worker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const tell = (opening: WebAssembly.Module | string): void => worker.postMessage({ kind: 'engine', opening } satisfies ToWorker);
  opening ??= compiled();
  opening.then(tell, (error: Error) => {
    opening = null; // The next worker tries again.
    tell(error.message);
  });
  return worker;
}

async function compiled(): Promise<WebAssembly.Module> {
  const answer = await fetch(OPENING);
  if (!answer.ok) throw new Error(`${OPENING.pathname.split('/').at(-1)}: ${answer.status} ${answer.statusText}`);
  return WebAssembly.compile(await answer.arrayBuffer());
}
