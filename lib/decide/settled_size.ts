/**
 * The sizes that volumes have for good.
 *
 * @module
 */

import { type Bytes, maxBytes, minBytes } from "../units/bytes.ts";
import type { Volume } from "../view/volume.ts";

/**
 * What a volume asked for and has: a provider may give more, and a request that is under way may fail.
 *
 * @returns Undefined while that is not certain.
 */
export function settledSize({ claim }: Volume): Bytes | undefined {
  const { capacityBytes, requestBytes, resizeStatus, resizeConditions, deleting } = claim;
  const isSettled = !deleting && resizeStatus === "none" && !resizeConditions.resizing &&
    !resizeConditions.fileSystemResizePending;
  return isSettled && capacityBytes !== undefined
    ? minBytes(capacityBytes, requestBytes)
    : undefined;
}

/** The largest of the settled sizes. */
export function largestSettled(volumes: readonly Volume[]): Bytes | undefined {
  const sizes = volumes.flatMap((volume) => settledSize(volume) ?? []);
  return sizes.length === 0 ? undefined : sizes.reduce(maxBytes);
}
