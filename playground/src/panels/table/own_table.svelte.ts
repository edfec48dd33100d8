// The table that was brought: checked before it is read, then given to the engine. Its columns are kept for the choices.

import { playground } from '../../state/playground.svelte';
import { language } from '../../text/language.svelte';
import type { ReadTable } from '../answers';
import { isText, size } from '../dialogs/files';

class OwnTable {
  read = $state.raw<ReadTable | null>(null);
  trouble = $state('');

  /** A file is looked at before its bytes are read: not too large, and text. */
  async open(file: File): Promise<void> {
    if (await this.#isTooLarge(file.name, file.size)) return;
    if (await isText(file)) await this.use(file.name, await file.text());
    else this.trouble = language.text.table.notText(file.name);
  }

  /** True where the engine has taken it; else `trouble` says why not. */
  async use(name: string, text: string): Promise<boolean> {
    if (await this.#isTooLarge(name, new Blob([text]).size)) return false;
    try {
      this.read = await playground.call('setCsv', name, text);
      this.trouble = '';
      return true;
    } catch (error) {
      this.trouble = (error as Error).message;
      return false;
    }
  }

  async #isTooLarge(name: string, bytes: number): Promise<boolean> {
    const most = (await playground.call('limits')).max_csv_bytes;
    if (bytes <= most) return false;
    this.trouble = language.text.table.tooLarge(name, size(bytes), size(most));
    return true;
  }
}

export const ownTable = new OwnTable();
