/**
 * What is demanded of an incident besides what its scenario expects.
 *
 * @module
 */

import { PHASE } from "../../sim/operator/names.ts";
import type { Twist } from "../incidents.ts";
import { sizeText } from "../size_text.ts";
import { type Demand, eventsOf, type Verdict } from "./demand.ts";
import type { Evidence } from "./evidence.ts";
import { EXPANSION_SHARE } from "./witness.ts";

/** A cause that is gone has to be seen in what lies on the volumes: half of the most is not chance. */
const EMPTIED_SHARE = 0.5;

const PERCENT = 100;

/** Judges what is special about a story now. */
export function judgeTwist(twist: Twist, evidence: Evidence): Verdict {
  switch (twist.kind) {
    case "empties":
      return { demands: emptied(twist.role, evidence), summary: "what piled up is gone" };
    case "rescued":
      return { demands: rescued(evidence), summary: "it was found frozen, and runs again" };
    case "foreseen":
      return foreseen(evidence);
    case "breaker":
      return {
        harm: evidence.askedWhileOpen
          ? "A claim was asked for more while the circuit breaker was open"
          : undefined,
        demands: opened(evidence),
        summary: "the circuit breaker opened, and closed",
      };
    default:
      return twist satisfies never;
  }
}

function emptied(role: string, { cluster, peakUsedBytes }: Evidence): Demand[] {
  const limitBytes = EMPTIED_SHARE * (peakUsedBytes.get(role) ?? 0);
  return cluster.instances
    .flatMap(({ volumes }) => volumes.filter((volume) => volume.role === role))
    .map(({ claimName, fileSystem: { usedBytes } }) => ({
      met: usedBytes <= limitBytes,
      missing: `${claimName} still holds ${sizeText(usedBytes)}`,
    }));
}

function rescued({ cluster, foundDown, phase, phases }: Evidence): Demand[] {
  const down = cluster.instances.filter(({ postgres }) => postgres.state.kind !== "running");
  return [
    { met: foundDown, missing: "no server was down when the manager came" },
    { met: phases.has(PHASE.diskFull), missing: `CloudNativePG never said ${PHASE.diskFull}` },
    { met: phase === PHASE.healthy, missing: `CloudNativePG says ${phase}` },
    {
      met: down.length === 0,
      missing: `${down.map(({ name }) => name).join(", ")} does not run`,
    },
  ];
}

function foreseen(evidence: Evidence): Verdict {
  const { requestedAtShare } = evidence;
  const percent = Math.floor((requestedAtShare ?? 0) * PERCENT);
  const isLate = requestedAtShare !== undefined && requestedAtShare >= EXPANSION_SHARE;
  const isForeseen = eventsOf(evidence, "expansion").some(({ reason }) =>
    reason === "TimeToFullShort"
  );
  return {
    harm: isLate ? `More was asked for at ${percent} %, which the percentage would do` : undefined,
    demands: [{ met: isForeseen, missing: "no StorageEvent says TimeToFullShort" }],
    summary: `it was asked for at ${percent} %, of 85`,
  };
}

function opened(evidence: Evidence): Demand[] {
  const phases = eventsOf(evidence, "circuit-breaker").map(({ phase }) => phase);
  const failures = eventsOf(evidence, "expansion").filter(({ phase }) => phase === "Failed");
  const condition = evidence.conditions.get("CircuitBreakerOpen") ?? "never true";
  return [
    { met: failures.length > 0, missing: "no expansion has failed" },
    {
      met: phases.length > 0 && phases.every((phase) => phase === "Completed"),
      missing: `the StorageEvents of circuit breakers are ${phases.join(", ") || "none"}`,
    },
    { met: condition === "passed", missing: `the condition CircuitBreakerOpen is ${condition}` },
  ];
}
