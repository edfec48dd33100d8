// Numbers to choose from where a list is handier than typing, and how choices are named. Bounds and names come from the engine.

export const RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
export const PENALTIES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** A choice with settings is written `name:key=value`. */
export function bare(choice: string): string {
  return choice.split(':')[0]!;
}
