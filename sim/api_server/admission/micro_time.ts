/**
 * Times with six digits of a second.
 *
 * @module
 */

import { badRequest } from "../refusals.ts";

/** `metav1.MicroTime`: its parser insists on the digits. */
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

/**
 * Refuses what a decoder of `metav1.MicroTime` refuses.
 *
 * @throws {ApiError} 400.
 */
export function checkMicroTimes(kind: string, values: readonly unknown[]): void {
  for (const value of values) {
    if (value === undefined || value === null) continue;
    if (typeof value === "string" && MICRO_TIME.test(value)) continue;
    throw badRequest(
      `${kind} in version "v1" cannot be handled as a ${kind}: parsing time ${
        JSON.stringify(value)
      }: expected six digits of a second`,
    );
  }
}
