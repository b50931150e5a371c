/**
 * Requests to the API server in plain words: the few that move the story.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import type { AuditRecord } from "../../sim/mod.ts";
import { textAt } from "../../sim/component/read_json.ts";
import { OPERATOR_USER, PHASE } from "../../sim/operator/names.ts";
import { countOf } from "../count_of.ts";
import type { Saying } from "../scene.ts";
import { sizeText } from "../size_text.ts";
import { isGrowth, requestedBytes } from "./requested_bytes.ts";
import { tellRecord } from "./tell_record.ts";

/** Events of the manager that repeat what its requests tell, or add nothing to what it said before. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  "AboveWarning",
  "SizeRequested",
  "CanaryRequested",
  "ControllerResized",
  "FileSystemGrown",
  "Nudged",
  "WrittenBack",
  "ResizeInFlight",
  "CooldownActive",
  "AlertResolved",
  "BreakerOpen",
  "BreakerClosed",
  "DryRun",
]);

/** A longer sentence is cut: the whole of it stands in the object. */
const TEXT_LENGTH_MAX = 150;

/** Says what a request that was served came to; undefined where it moves nothing. */
export function tellRequest(record: AuditRecord, manager: string): Saying | undefined {
  const { resource, user, before = {}, after, dryRun, error } = record;
  if (dryRun || error !== undefined || after === undefined) return undefined;
  switch (resource.plural) {
    case "clusters":
      return user === manager ? tellDeclared(before, after) : tellPhase(user, before, after);
    case "persistentvolumeclaims":
      return user === manager ? tellWish(before, after) : tellClaim(before, after);
    case "events":
      return user === manager ? tellEvent(after) : undefined;
    case "storageevents":
      return user === manager ? tellRecord(before, after) : undefined;
    default:
      return undefined;
  }
}

function tellPhase(user: string, before: JsonObject, after: JsonObject): Saying | undefined {
  const phase = textAt(after, "status", "phase");
  const previous = textAt(before, "status", "phase");
  // How a cluster first comes up is not part of the story.
  if (user !== OPERATOR_USER || phase === previous || phase === undefined) return undefined;
  if (previous === undefined || phase === PHASE.waiting) return undefined;
  if (previous === PHASE.waiting && phase === PHASE.healthy) return undefined;
  return { teller: "cnpg", tone: phase === PHASE.healthy ? "good" : "bad", text: phase };
}

function tellDeclared(before: JsonObject, after: JsonObject): Saying | undefined {
  for (const field of ["storage", "walStorage"]) {
    const size = textAt(after, "spec", field, "size");
    if (size === undefined || size === textAt(before, "spec", field, "size")) continue;
    const text = `declares ${sizeText(parseBytes(size))} in the Cluster's spec`;
    return { teller: "manager", tone: "good", text };
  }
  return undefined;
}

function tellWish(before: JsonObject, after: JsonObject): Saying | undefined {
  const [size, previous] = [requestedBytes(after), requestedBytes(before)];
  if (size === previous) return undefined;
  const claim = textAt(after, "metadata", "name") ?? "";
  const text = size > previous
    ? `asks for ${sizeText(size)} for ${claim} instead of ${sizeText(previous)}`
    : `takes the request for ${claim} back from ${sizeText(previous)} to ` +
      loweredText(size, capacityBytes(before));
  return { teller: "manager", tone: "neutral", text };
}

/** A request may be lowered to more than the claim has, and to no less (kubernetes.md A1.3). */
function loweredText(size: number, capacity: number): string {
  const excess = size - capacity;
  return capacity === 0 || excess <= 0 || isGrowth(capacity, size)
    ? sizeText(size)
    : `${sizeText(capacity)} and ${countOf(excess, "byte")}, the least that Kubernetes accepts`;
}

function tellClaim(before: JsonObject, after: JsonObject): Saying | undefined {
  const claim = textAt(after, "metadata", "name") ?? "";
  const [size, previous] = [capacityBytes(after), capacityBytes(before)];
  if (previous > 0 && isGrowth(previous, size)) {
    const isRounded = isGrowth(requestedBytes(after), size);
    const rounded = isRounded ? ", rounded up by the provider," : ",";
    const text = `${claim} has ${sizeText(size)}${rounded} mounted all the while`;
    return { teller: "kubernetes", tone: "good", text };
  }
  const [state, stateBefore] = [resizeState(after), resizeState(before)];
  if (state === stateBefore || !state.endsWith("Infeasible")) return undefined;
  const text = `${claim} cannot have ${sizeText(requestedBytes(after))}: the provider refuses`;
  return { teller: "kubernetes", tone: "bad", text };
}

function resizeState(claim: JsonObject): string {
  return textAt(claim, "status", "allocatedResourceStatuses", "storage") ?? "";
}

function capacityBytes(claim: JsonObject): number {
  const size = textAt(claim, "status", "capacity", "storage");
  return size === undefined ? 0 : parseBytes(size);
}

function tellEvent(event: JsonObject): Saying | undefined {
  const reason = textAt(event, "reason") ?? "";
  if (TOLD_ELSEWHERE.has(reason)) return undefined;
  const note = (textAt(event, "note") ?? "").replace(/ \(StorageEvent \S+\)$/, "");
  const isGood = reason === "ExpansionCompleted";
  const tone = isGood ? "good" : textAt(event, "type") === "Warning" ? "bad" : "neutral";
  return { teller: "manager", tone, text: shortened(note) };
}

function shortened(text: string): string {
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX - 1)}…`;
}
