/**
 * Nothing goes wrong.
 *
 * @module
 */

/** The plan under which every call fares as it should. */
export function noFaults(): undefined {
  return undefined;
}
