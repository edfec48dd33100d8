// Numbers in a text cut to a few digits, so that a formula stays readable; the text itself stays as the engine wrote it.

const NUMBER = /\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
const SIGNIFICANT = 4;

/** "0.33181222783183395·1" becomes "0.3318·1". Whole numbers stay. */
export function shorten(text: string): string {
  return text.replace(NUMBER, (number) => (/[.e]/.test(number) ? String(Number(Number(number).toPrecision(SIGNIFICANT))) : number));
}

/** Whether a cell is a number alone, and so stands at the right. */
export function isNumber(text: string): boolean {
  return /^[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/.test(text);
}
