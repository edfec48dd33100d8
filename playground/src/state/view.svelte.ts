// What is being looked at: the open panel, the hovered unit, the inspected example, the tool in the hand.

export type PanelName = 'data' | 'settings' | 'inspect' | 'layers' | 'space' | 'results' | 'runs' | 'lessons';
export type DialogName = 'help' | 'share' | 'export' | 'open';

/** A unit of the network; layer 0 holds the features, the last layer the outputs. */
export interface UnitPlace {
  layer: number;
  unit: number;
}

/** A unit whose weights are being edited, and the place in the parameter buffer of the number to begin with. */
export interface Edited extends UnitPlace {
  parameter: number | null;
}

/** What a pointer does on the large map, in coordinates of the data. */
export interface MapTool {
  down(x: number, y: number, event: PointerEvent): void;
  move?(x: number, y: number, event: PointerEvent): void;
  up?(): void;
}

class View {
  panel = $state<PanelName>('inspect');
  dialog = $state<DialogName | null>(null);
  /** The unit under the pointer or the keyboard's focus. */
  hovered = $state.raw<UnitPlace | null>(null);
  edited = $state.raw<Edited | null>(null);
  /** Row of the example that the Inspect panel shows. */
  inspected = $state<number | null>(null);
  mapTool = $state.raw<MapTool | null>(null);
}

export const view = new View();
