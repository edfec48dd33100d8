// `gradus play FILE` serves the file beside the page and opens the page with this address. No other name is ever fetched.

import { ownTable } from './panels/table/own_table.svelte';

const HASH = '#open=data.csv';
const NAME = 'data.csv';

export function isTableServed(): boolean {
  return location.hash === HASH;
}

/** Fetches the table and hands it over; gives the line that says what went wrong, empty where nothing did. */
export async function takeServedTable(): Promise<string> {
  try {
    const answer = await fetch(`./${NAME}`);
    if (!answer.ok) return `${NAME}: ${answer.status} ${answer.statusText}`;
    return (await ownTable.use(NAME, await answer.text())) ? '' : ownTable.trouble;
  } catch (error) {
    return (error as Error).message;
  }
}
