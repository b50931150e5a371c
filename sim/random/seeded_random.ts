/**
 * Chance that a seed repeats.
 *
 * @module
 */

import type { Random } from "../../kube/clock.ts";

/** A source of chance from which others are derived; calling it draws the next number in [0, 1). */
export interface SeededRandom {
  (): number;
  /**
   * A source of its own for one part of the world, always the same for the same seed and name: what one part
   * draws changes nothing for the others.
   */
  fork(name: string): SeededRandom;
}

const UINT32_RANGE = 2 ** 32;

/** Creates a source; only the lower 32 bits of the seed count. */
export function createSeededRandom(seed: number): SeededRandom {
  return Object.assign(createSequence(seed >>> 0), {
    fork: (name: string) => createSeededRandom(hash(`${seed >>> 0}/${name}`)),
  });
}

/** Mulberry32: fast, and good enough for worlds that differ. */
function createSequence(seed: number): Random {
  let state = seed;
  return function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32_RANGE;
  };
}

/** FNV-1a, and a finish that spreads what differs in the last letter alone. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
