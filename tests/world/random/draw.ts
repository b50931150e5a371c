/**
 * Ways to draw from chance.
 *
 * @module
 */

import type { Random } from "../../../kube/clock.ts";

/** One of `choices`, all as likely. There must be one. */
export function pick<Choice>(random: Random, choices: readonly [Choice, ...Choice[]]): Choice {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

/** A whole number from `least` to `most`, both possible. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** True in a share of the draws. */
export function chance(random: Random, share: number): boolean {
  return random() < share;
}
