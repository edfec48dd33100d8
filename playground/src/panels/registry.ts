// Which panels, dialogs and tools there are. The page shows those that are named here, in this order.

import type { Component } from 'svelte';
import type { DialogName, PanelName } from '../state/view.svelte';

export interface Panel {
  name: Exclude<PanelName, 'data' | 'settings'>;
  component: Component;
}

export const PANELS: Panel[] = [];

/** Dialogs that the bar at the top opens. Each calls `close` when it is done. */
export const DIALOGS: Partial<Record<Exclude<DialogName, 'help'>, Component<{ close: () => void }>>> = {};

/** Tools for own data (painting, files), shown below the data sets. */
export const DATA_TOOLS: Component[] = [];

/** What stands under the large map: the diagnosis. */
export const MAP_NOTES: Component[] = [];

/** What stands beside the run buttons: the way back through training. */
export const TRANSPORT_TOOLS: Component[] = [];

/** What takes a table that the program serving this page was given. */
export const TAKE_TABLE: { use: ((name: string, text: string) => Promise<unknown>) | null } = { use: null };
