/**
 * Sizes as people read them.
 *
 * @module
 */

import { bytes } from "../lib/units/bytes.ts";
import { formatBytes } from "../lib/units/format.ts";

/** A size in the largest unit that suits it, `8.3 GiB`. */
export function sizeText(sizeBytes: number): string {
  return formatBytes(bytes(Math.max(0, Math.round(sizeBytes))));
}
