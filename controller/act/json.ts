/**
 * Comparing JSON.
 *
 * @module
 */

import { isJsonObject } from "../../kube/json.ts";

/** Whether two JSON values say the same; a member that is undefined is absent, and order of members is nothing. */
export function isSameJson(first: unknown, second: unknown): boolean {
  return JSON.stringify(canonical(first)) === JSON.stringify(canonical(second));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value).sort().filter((key) => value[key] !== undefined).map((
      key,
    ) => [key, canonical(value[key])]),
  );
}
