/**
 * What a claim asks for.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import { textAt } from "../../sim/component/read_json.ts";

/** The size in a claim's spec; 0 where there is none. */
export function requestedBytes(claim: JsonObject): Bytes {
  const text = textAt(claim, "spec", "resources", "requests", "storage");
  return text === undefined ? bytes(0) : parseBytes(text);
}
