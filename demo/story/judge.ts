/**
 * Whether a cluster's story ended as it should: by the truth, and by what the manager said.
 *
 * @module
 */

import { formatDuration } from "../../lib/units/format.ts";
import { millis } from "../../lib/units/millis.ts";
import type { Expectation } from "../../sim/mod.ts";
import type { Incident } from "../incidents.ts";
import type { Outcome } from "../scene.ts";
import { sizeText } from "../size_text.ts";
import { type Demand, eventsOf, type Verdict } from "./demand.ts";
import type { Evidence } from "./evidence.ts";
import { judgeTwist } from "./judge_twist.ts";

/** Where the story is. */
export interface Progress {
  /** Since its beginning. */
  readonly atMs: number;
  /** Everybody else's story has ended. */
  readonly isOver: boolean;
  /** What it was judged before. A success stays one unless harm is done; a failure stays one. */
  readonly before: Outcome;
}

/** Judges a cluster now; before the incident's time is up, what is missing is pending. */
export function judge(incident: Incident, evidence: Evidence, progress: Progress): Outcome {
  const { before } = progress;
  if (before.kind === "failed") return before;
  const { scenario: { expected, durationMs }, twist } = incident;
  const verdicts = [
    verdictOn(expected, evidence, progress),
    ...(twist === undefined ? [] : [judgeTwist(twist, evidence)]),
  ];
  const harm = verdicts.find((verdict) => verdict.harm !== undefined)?.harm;
  if (harm !== undefined) return { kind: "failed", summary: harm };
  if (before.kind === "succeeded") return before;
  const missing = [
    ...verdicts.flatMap(({ demands }) => demands),
    ...takenBack(incident, evidence),
  ].find(({ met }) => !met);
  if (missing === undefined) {
    return { kind: "succeeded", summary: verdicts.map(({ summary }) => summary).join("; ") };
  }
  // Where nothing is to happen, the end is that of all others.
  const isTimed = expected.outcome !== "untouched";
  if (!isTimed || progress.atMs < durationMs) return { kind: "pending" };
  const limit = formatDuration(millis(durationMs));
  return { kind: "failed", summary: `Within ${limit} of the story: ${missing.missing}` };
}

function verdictOn(expected: Expectation, evidence: Evidence, { isOver }: Progress): Verdict {
  switch (expected.outcome) {
    case "grown":
      return grown(expected, evidence, []);
    case "partly":
      return {
        ...grown(expected, evidence, [expected.missingSerial]),
        demands: [...sizes(expected, evidence, [expected.missingSerial]), told(expected, evidence)],
        summary: `All volumes but one have grown, and ${expected.reason} tells why`,
      };
    case "told":
      return {
        harm: downFirst(evidence, untouched(evidence)),
        demands: [told(expected, evidence), noticed(evidence), running(evidence)],
        summary: `Nothing was changed, and ${expected.reason} tells why`,
      };
    case "failed":
      return {
        harm: downFirst(evidence, undeclared(expected.role, evidence)),
        demands: [ended("Failed", evidence), told(expected, evidence), running(evidence)],
        summary: `The attempt ended, nothing is declared, and ${expected.reason} tells why`,
      };
    case "recorded":
      return {
        harm: downFirst(evidence, unwritten(evidence)),
        demands: [recorded(evidence), noticed(evidence), running(evidence)],
        summary: "Nothing was changed, and a StorageEvent tells what would have been",
      };
    case "untouched":
      return {
        harm: untouched(evidence) ?? silent(evidence),
        demands: [{ met: isOver, missing: "the other stories have not ended" }, running(evidence)],
        summary: "Nothing was changed and nobody was told anything",
      };
    default:
      return expected satisfies never;
  }
}

type Growth = Extract<Expectation, { outcome: "grown" | "partly" }>;

function grown(expected: Growth, evidence: Evidence, except: readonly number[]): Verdict {
  const { role, atLeastBytes } = expected;
  const declared = evidence.declaredBytes.get(role) ?? 0;
  return {
    harm: downFirst(evidence, undefined),
    demands: [
      ...sizes(expected, evidence, except),
      { met: declared >= atLeastBytes, missing: `the spec declares ${sizeText(declared)}` },
      ended("Completed", evidence),
      running(evidence),
    ],
    summary: `Every ${role} volume has ${sizeText(atLeastBytes)}, and the spec declares it`,
  };
}

function sizes(
  { role, atLeastBytes }: Growth,
  { cluster }: Evidence,
  except: readonly number[],
): Demand[] {
  return cluster.instances
    .filter(({ name }) => !except.includes(Number(name.slice(name.lastIndexOf("-") + 1))))
    .flatMap(({ volumes }) => volumes.filter((volume) => volume.role === role))
    .map(({ claimName, fileSystem: { deviceBytes } }) => ({
      met: deviceBytes >= atLeastBytes,
      missing: `${claimName} has ${sizeText(deviceBytes)} and not ${sizeText(atLeastBytes)}`,
    }));
}

/** What a provider refuses for good may not go on being asked for. */
function takenBack({ scenario }: Incident, { requestedBytes }: Evidence): Demand[] {
  const limitBytes = scenario.storage?.behaviour?.infeasibleAboveBytes ?? Infinity;
  return [...requestedBytes].map(([claimName, sizeBytes]) => ({
    met: sizeBytes <= limitBytes,
    missing: `${claimName} still asks for ${sizeText(sizeBytes)}`,
  }));
}

function told({ reason }: { readonly reason: string }, { reasons }: Evidence): Demand {
  return { met: reasons.has(reason), missing: `the manager has not said ${reason}` };
}

function noticed({ detectedAtMs }: Evidence): Demand {
  return { met: detectedAtMs !== undefined, missing: "the ClusterStorage tells of no trouble" };
}

function ended(phase: "Completed" | "Failed", evidence: Evidence): Demand {
  const phases = eventsOf(evidence, "expansion").map((operation) => operation.phase);
  const met = phases.includes(phase) && !phases.includes("open");
  return { met, missing: `the StorageEvents of expansions are ${phases.join(", ") || "none"}` };
}

function recorded(evidence: Evidence): Demand {
  const met = eventsOf(evidence, "expansion").some(({ dryRun }) => dryRun);
  return { met, missing: "no StorageEvent tells what would have been done" };
}

function running({ cluster }: Evidence): Demand {
  return { met: cluster.primary !== undefined, missing: "no primary runs" };
}

/** Whatever else happens, a server that was not down when the story began must not go down. */
function downFirst({ wasDown }: Evidence, otherwise: string | undefined): string | undefined {
  return wasDown ? "PostgreSQL went down for want of disk space" : otherwise;
}

function untouched({ requestedAtMs }: Evidence): string | undefined {
  return requestedAtMs === undefined
    ? undefined
    : "A claim was changed, which no one had asked for";
}

/** A dry run changes nothing but what is the manager's own. */
function unwritten({ changed, events }: Evidence): string | undefined {
  if (changed.size > 0) return `The manager changed ${[...changed].join(", ")} in a dry run`;
  const isReal = [...events.values()].some(({ eventType, dryRun }) =>
    eventType !== "alert" && !dryRun
  );
  return isReal ? "A StorageEvent says that something was done in a dry run" : undefined;
}

function silent({ events, detectedAtMs }: Evidence): string | undefined {
  if (events.size > 0) return "A StorageEvent was written although nothing had happened";
  return detectedAtMs === undefined ? undefined : "Trouble was reported although there was none";
}

function undeclared(
  role: string,
  { declaredBytes, startBytes, cluster }: Evidence,
): string | undefined {
  const claims = cluster.instances.flatMap(({ volumes }) =>
    volumes.filter((volume) => volume.role === role)
  );
  const largestBytes = Math.max(
    0,
    ...claims.map(({ claimName }) => startBytes.get(claimName) ?? 0),
  );
  const declared = declaredBytes.get(role) ?? 0;
  return declared > largestBytes
    ? `The spec declares ${sizeText(declared)}, which no volume has`
    : undefined;
}
