// Seeds for whoever wants others: small whole numbers, which are easy to read out and to write down.

const LARGEST = 1_000_000;

export function newSeed(): number {
  return 1 + Math.floor(Math.random() * LARGEST);
}
