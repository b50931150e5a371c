/**
 * What a claim asks for, and whether that is more.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import { textAt } from "../../sim/component/read_json.ts";

/** Less is what a request has to exceed a size by, and no growth. */
const GROWTH_BYTES_MIN = 2 ** 20;

/** Whether `sizeBytes` is more than `previousBytes` by what people call more. */
export function isGrowth(previousBytes: number, sizeBytes: number): boolean {
  return sizeBytes >= previousBytes + GROWTH_BYTES_MIN;
}

/** The size in a claim's spec; 0 where there is none. */
export function requestedBytes(claim: JsonObject): Bytes {
  const text = textAt(claim, "spec", "resources", "requests", "storage");
  return text === undefined ? bytes(0) : parseBytes(text);
}
