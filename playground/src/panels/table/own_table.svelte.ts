// The table that was brought: checked before it is read, then given to the engine. Its columns are kept for the choices.

import { playground } from '../../state/playground.svelte';
import { language } from '../../text/language.svelte';
import type { ReadTable } from '../answers';
import { isText, size } from '../dialogs/files';

/** The engine refuses what is longer; before its limits are known this is what they are. */
const MOST_BYTES = 5 << 20;

class OwnTable {
  read = $state.raw<ReadTable | null>(null);
  trouble = $state('');

  /** A file is looked at before its bytes are read: not too large, and text. */
  async open(file: File): Promise<void> {
    const t = language.text.table;
    if (file.size > MOST_BYTES) this.trouble = t.tooLarge(file.name, size(file.size), size(MOST_BYTES));
    else if (!(await isText(file))) this.trouble = t.notText(file.name);
    else await this.use(file.name, await file.text());
  }

  async use(name: string, text: string): Promise<boolean> {
    const t = language.text.table;
    const bytes = new Blob([text]).size;
    if (bytes > MOST_BYTES) {
      this.trouble = t.tooLarge(name, size(bytes), size(MOST_BYTES));
      return false;
    }
    try {
      this.read = await playground.call('setCsv', name, text);
      this.trouble = '';
      return true;
    } catch (error) {
      this.trouble = (error as Error).message;
      return false;
    }
  }
}

export const ownTable = new OwnTable();
