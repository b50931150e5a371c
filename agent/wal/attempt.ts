/**
 * From something that may fail or hang to a fact that is known or not.
 *
 * @module
 */

import { raceAbort } from "../../kube/abort.ts";
import { errorText } from "../../kube/logger.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";

/**
 * Does `work` and gives what it came to; why it failed where it did, or that time was up. Never rejects.
 *
 * @param action What is tried, after "Cannot".
 */
export async function attempt<Value>(
  action: string,
  work: () => Promise<Value>,
  deadline: AbortSignal,
): Promise<Fact<Value>> {
  try {
    // Nothing is begun after the end: a call to a dead volume would hang beside those that do already.
    deadline.throwIfAborted();
    return known(await raceAbort(work(), deadline));
  } catch (error) {
    return unknown(`Cannot ${action}: ${errorText(error)}`);
  }
}

/** A fact that follows from another; unknown as that one is. */
export function mapFact<From, To>(fact: Fact<From>, map: (value: From) => To): Fact<To> {
  return fact.kind === "known" ? known(map(fact.value)) : fact;
}
