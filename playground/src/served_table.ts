// `gradus play FILE` serves the file beside the page and opens the page with this address. No other name is ever fetched.

import { TAKE_TABLE } from './panels/registry';

const HASH = '#open=data.csv';
const NAME = 'data.csv';

export function isTableServed(): boolean {
  return location.hash === HASH;
}

/** Fetches the table and hands it over; says what went wrong, or nothing. */
export async function takeServedTable(): Promise<string | null> {
  try {
    const answer = await fetch(`./${NAME}`);
    if (!answer.ok) return `${NAME}: ${answer.status} ${answer.statusText}`;
    await TAKE_TABLE.use?.(NAME, await answer.text());
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
