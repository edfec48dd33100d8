// Which panels, dialogs and tools there are. The page shows those that are named here, in this order.

import type { Component } from 'svelte';
import Help from '../dialogs/Help.svelte';
import type { DialogName, PanelName } from '../state/view.svelte';
import Diagnosis from './diagnosis/Diagnosis.svelte';
import OpenModel from './dialogs/OpenModel.svelte';
import Save from './dialogs/Save.svelte';
import Share from './dialogs/Share.svelte';
import Inspect from './inspect/Inspect.svelte';
import Layers from './layers/Layers.svelte';
import Lessons from './lessons/Lessons.svelte';
import PaintTools from './paint/PaintTools.svelte';
import Results from './results/Results.svelte';
import Runs from './runs/Runs.svelte';
import Scrubber from './scrubber/Scrubber.svelte';
import Space from './space/Space.svelte';
import TableTools from './table/TableTools.svelte';

export interface Panel {
  name: Exclude<PanelName, 'data' | 'settings'>;
  component: Component;
}

export const PANELS: Panel[] = [
  { name: 'inspect', component: Inspect },
  { name: 'layers', component: Layers },
  { name: 'space', component: Space },
  { name: 'results', component: Results },
  { name: 'runs', component: Runs },
  { name: 'lessons', component: Lessons },
];

/** Dialogs that the bar at the top opens. Each calls `close` when it is done. */
export const DIALOGS: Record<DialogName, Component<{ close: () => void }>> = {
  help: Help,
  share: Share,
  export: Save,
  open: OpenModel,
};

/** Tools for own data (painting, files), shown below the data sets. */
export const DATA_TOOLS: Component[] = [PaintTools, TableTools];

/** What stands under the large map: the way back through training, and the diagnosis. */
export const MAP_NOTES: Component[] = [Scrubber, Diagnosis];
