/**
 * Names that are drawn, from a source of chance that a seed repeats.
 *
 * @module
 */

import type { Random } from "../../kube/clock.ts";

/** What `metadata.generateName` is completed with (`k8s.io/apimachinery/pkg/util/rand`). */
const NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH = 5;

const UUID_SHAPE = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";

/** A UUID of version 4 in shape; as random as its source. */
export function randomUuid(random: Random): string {
  return UUID_SHAPE.replace(/[xy]/g, (place) => {
    const digit = Math.floor(random() * 16);
    return (place === "x" ? digit : (digit & 0x3) | 0x8).toString(16);
  });
}

/** Five letters and digits that spell no words. */
export function randomSuffix(random: Random): string {
  let suffix = "";
  for (let length = 0; length < SUFFIX_LENGTH; length++) {
    suffix += NAME_LETTERS.charAt(Math.floor(random() * NAME_LETTERS.length));
  }
  return suffix;
}
