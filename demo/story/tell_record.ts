/**
 * StorageEvents in plain words, where they say what nothing else shows.
 *
 * @module
 */

import { objectAt, textAt } from "../../sim/component/read_json.ts";
import type { JsonObject } from "../../kube/api.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import { countOf } from "../count_of.ts";
import type { Saying } from "../scene.ts";
import { sizeText } from "../size_text.ts";

/** Tells of circuit breakers, and of what a dry run would have done; of nothing else. */
export function tellRecord(before: JsonObject, after: JsonObject): Saying | undefined {
  const spec = objectAt(after, "spec");
  const phase = textAt(after, "status", "phase");
  if (phase === undefined || phase === textAt(before, "status", "phase")) return undefined;
  if (spec.eventType === "circuit-breaker") return tellBreaker(after, phase);
  return spec.dryRun === true ? tellDryRun(spec) : undefined;
}

function tellBreaker(event: JsonObject, phase: string): Saying {
  const { failures } = objectAt(objectAt(event, "status"), "circuitBreaker");
  const count = typeof failures === "number" ? countOf(failures, "failure") : "failures";
  return phase === "Completed"
    ? { teller: "manager", tone: "good", text: "closes the circuit breaker: it has grown" }
    : { teller: "manager", tone: "bad", text: `opens the circuit breaker after ${count}` };
}

function tellDryRun(spec: JsonObject): Saying | undefined {
  const size = textAt(spec, "expansion", "requestedSize");
  const claim = textAt(spec, "expansion", "canary");
  if (size === undefined || claim === undefined) return undefined;
  const text = `would ask for ${sizeText(parseBytes(size))} for ${claim}, and only records it`;
  return { teller: "manager", tone: "neutral", text };
}
