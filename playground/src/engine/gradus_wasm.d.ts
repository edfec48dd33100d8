// The face of crates/gradus-wasm as the page sees it, for checking types where pkg/ has not been built yet.
// Text in and out is JSON unless its name says otherwise; whatever can fail throws one line of text.

declare module '*/pkg/gradus_wasm.js' {
  export default function init(options?: { module_or_path?: string | URL }): Promise<object>;
  export function needRest(): void;

  export class Session {
    constructor(config: string);
    static open(hash: string): Session;
    static restore(bytes: Uint8Array): Session;
    static fromAddress(hash: string): string;
    free(): void;

    config(): string;
    configure(config: string): string;
    address(): string;
    share(): string;
    limits(): string;

    train(epochs: number): string;
    trainExamples(examples: number): string;
    trainBatches(batches: number): string;
    reset(): void;
    newWeights(seed: number): void;
    regenerate(seed: number): void;
    undo(): boolean;
    redo(): boolean;

    status(): string;
    layout(): string;
    featureNames(): string[];
    inputFeatures(): string[];
    parameters(): Float64Array;
    setParameter(index: number, value: number): void;
    freeze(index: number, frozen: boolean): void;

    points(): Float32Array;
    predictions(): Float32Array;
    fields(resolution: number): Float32Array;
    field(layer: number, unit: number, resolution: number): Float32Array;
    classesField(resolution: number): Float32Array;
    losses(): Float32Array;

    histograms(bins: number): string;
    inspect(row: number): string;
    inspectPoint(x: number, y: number, target: number): string;
    space(layer: number, resolution: number): string;
    diagnosis(): string;
    confusion(): string;
    lessonCheck(lesson: string): string;

    marks(): Float64Array;
    lookAt(mark: number): void;
    lookAtLatest(): void;
    resumeHere(): void;

    addPoint(x: number, y: number, target: number, part: number): void;
    erasePoints(x: number, y: number, radius: number): void;
    setCsv(name: string, text: string): string;
    dataCsv(): string;
    modelFile(): Uint8Array;
    openModel(bytes: Uint8Array): void;
    command(): string;
    networkSvg(): string;
    snapshot(): Uint8Array;
  }
}
