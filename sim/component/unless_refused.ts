/**
 * What a component makes of a write that the server refuses: it comes back to it later.
 *
 * @module
 */

import { ApiError } from "../../kube/api.ts";

/** The result of some work; undefined where the server refused a write, or its object is gone. */
export function unlessRefused<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  }
}
