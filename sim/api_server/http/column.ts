/**
 * A column of a `meta/v1.Table`.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";

/** A column, and the text or number that it has for an object; null where there is none. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
  cell(object: JsonObject, nowMs: number): string | number | boolean | null;
}
