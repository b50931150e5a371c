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
import type { Evidence } from "./evidence.ts";

/** Where the story is. */
export interface Progress {
  /** Since its beginning. */
  readonly atMs: number;
  /** Everybody else's story has ended. */
  readonly isOver: boolean;
  /** What it was judged before. A success stays one unless harm is done; a failure stays one. */
  readonly before: Outcome;
}

/** Something that has to be so in the end, and what is said while it is not. */
interface Demand {
  readonly met: boolean;
  readonly missing: string;
}

/** What an expectation comes to. */
interface Verdict {
  /** What must never happen, once it has. */
  readonly harm: string | undefined;
  readonly demands: readonly Demand[];
  readonly summary: string;
}

/** A cause that is gone has to be seen in what lies on the volumes: half of the most is not chance. */
const EMPTIED_SHARE = 0.5;

/** Judges a cluster now; before the incident's time is up, what is missing is pending. */
export function judge(incident: Incident, evidence: Evidence, progress: Progress): Outcome {
  const { before } = progress;
  if (before.kind === "failed") return before;
  const { expected, durationMs } = incident.scenario;
  const verdict = verdictOn(expected, evidence, progress);
  if (verdict.harm !== undefined) return { kind: "failed", summary: verdict.harm };
  if (before.kind === "succeeded") return before;
  const missing = [
    ...verdict.demands,
    ...emptied(incident, evidence),
    ...takenBack(incident, evidence),
  ].find(({ met }) => !met);
  if (missing === undefined) {
    const { empties } = incident;
    const end = empties === undefined ? "" : "; what piled up is gone";
    return { kind: "succeeded", summary: `${verdict.summary}${end}` };
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
        demands: [told(expected, evidence), running(evidence)],
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
        harm: downFirst(evidence, untouched(evidence)),
        demands: [recorded(evidence), running(evidence)],
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

function emptied({ empties }: Incident, { cluster, peakUsedBytes }: Evidence): Demand[] {
  if (empties === undefined) return [];
  const limitBytes = EMPTIED_SHARE * (peakUsedBytes.get(empties) ?? 0);
  return cluster.instances
    .flatMap(({ volumes }) => volumes.filter(({ role }) => role === empties))
    .map(({ claimName, fileSystem: { usedBytes } }) => ({
      met: usedBytes <= limitBytes,
      missing: `${claimName} still holds ${sizeText(usedBytes)}`,
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

function ended(phase: "Completed" | "Failed", { operations }: Evidence): Demand {
  const phases = [...operations.values()].map((operation) => operation.phase);
  const met = phases.includes(phase) && !phases.includes("open");
  return { met, missing: `the StorageEvents are ${phases.join(", ") || "none"}` };
}

function recorded({ operations }: Evidence): Demand {
  const met = [...operations.values()].some(({ dryRun }) => dryRun);
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

function silent({ operations, detectedAtMs }: Evidence): string | undefined {
  if (operations.size > 0) return "A StorageEvent was written although nothing had happened";
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
