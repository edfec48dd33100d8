// The engine comes in two files: what the page opens with, and the rest, which comes while the network learns. The engine itself
// calls for the rest where it is in need of it; whoever knows that before waits for it here, and nothing stands still.

const FILE = new URL('../../pkg/gradus_wasm_rest.wasm', import.meta.url);

declare global {
  /** What the engine calls; see crates/gradus-wasm/src/rest.rs. */
  var bringRest: () => void;
}

export class Rest {
  #opening: WebAssembly.ModuleImports;
  #isHere = false;
  #coming: Promise<void> | null = null;

  /** `opening` is what the first file gives; `delayed` is told that the worker stands still until the rest is here. */
  constructor(opening: object, delayed: () => void) {
    this.#opening = opening as WebAssembly.ModuleImports;
    globalThis.bringRest = () => {
      delayed();
      this.#bring();
    };
  }

  get isHere(): boolean {
    return this.#isHere;
  }

  /** Fetches the rest, once. One that does not come is fetched again when somebody asks again. */
  come(): Promise<void> {
    this.#coming ??= this.#fetch().catch((error) => {
      this.#coming = null;
      throw error;
    });
    return this.#coming;
  }

  async #fetch(): Promise<void> {
    const answer = await fetch(FILE);
    if (!answer.ok) throw new Error(refusal(answer.status, answer.statusText));
    this.#take(await WebAssembly.compile(await answer.arrayBuffer()));
  }

  #bring(): void {
    const request = new XMLHttpRequest();
    request.open('GET', FILE, false);
    request.responseType = 'arraybuffer';
    request.send();
    if (request.status !== 200) throw new WebAssembly.RuntimeError(refusal(request.status, request.statusText));
    this.#take(new WebAssembly.Module(request.response as ArrayBuffer));
  }

  /** Its functions go into the tables of the opening. */
  #take(module: WebAssembly.Module): void {
    if (this.#isHere) return;
    new WebAssembly.Instance(module, { opening: this.#opening });
    this.#isHere = true;
  }
}

function refusal(status: number, text: string): string {
  return `${FILE.pathname.split('/').at(-1)}: ${status} ${text}`;
}
