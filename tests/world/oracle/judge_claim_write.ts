/**
 * The gate table of DESIGN §5, from the other side: what every request for a larger volume must have had.
 *
 * @module
 */

import { type ClaimRecord, projectClaim } from "../../../controller/observe/project_claim.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import type { Event } from "../../../lib/event/event.ts";
import type { AuditRecord, StoredObjects } from "../../../sim/api_server/api_server.ts";
import type { ClusterTruth, Truth } from "../truth.ts";
import { mayAct } from "../wishes.ts";
import { policiesAt, roleOf } from "./facts.ts";
import { judgeTurn } from "./judge_turn.ts";
import { isOpenOperation, type StoredEvents } from "./stored_events.ts";
import { broken, KNOWLEDGE_AGE_MS_MAX, type Violation } from "./violation.ts";

const GIBIBYTE = 1024 ** 3;

/** AWS lets a volume be changed four times in 24 hours. */
const BUDGETED_CHANGES_MAX = 4;
const DAY_MS = 24 * 60 * 60_000;

/** A request for a size, and all that it is judged by. */
export interface SizeRequest {
  readonly record: AuditRecord;
  readonly truth: ClusterTruth;
  readonly before: ClaimRecord;
  readonly after: ClaimRecord;
  /** Those of the cluster, as they were stored before the request. */
  readonly events: readonly Event[];
  /** All that is stored. */
  readonly objects: StoredObjects;
}

/** Judges a write to a claim. */
export function judgeClaimWrite(
  record: AuditRecord,
  truth: Truth,
  events: StoredEvents,
  objects: StoredObjects,
): Violation | undefined {
  if (record.resource.plural !== PERSISTENT_VOLUME_CLAIM.plural) return undefined;
  const { verb, before, after, name } = record;
  if (verb !== "patch" || before === undefined || after === undefined) {
    return broken(record, "claims are only ever patched", verb);
  }
  const claim = projectClaim(before);
  const owner = truth.clusters.find(({ cluster }) => cluster.uid === claim.controller?.uid);
  if (owner === undefined) {
    return broken(record, "only claims of clusters are touched", name.name);
  }
  const request: SizeRequest = {
    record,
    truth: owner,
    before: claim,
    after: projectClaim(after),
    events: events.of(owner.cluster.uid),
    objects,
  };
  for (const judge of [judgeSize, judgeWishes, judgeFlight, judgeOperation, judgeBudget]) {
    const violation = judge(request);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function isLowering({ before, after }: SizeRequest): boolean {
  return after.requestBytes < before.requestBytes;
}

function judgeSize({ record, truth, before, after }: SizeRequest): Violation | undefined {
  const { capacityBytes = 0 } = before;
  if (after.requestBytes <= capacityBytes) {
    return broken(
      record,
      "a request is above the capacity",
      `${after.requestBytes} of ${capacityBytes}`,
    );
  }
  const limitBytes = GIBIBYTE * Math.max(
    ...policiesAt(truth, record.atMs, roleOf(before.name)).map(({ maxSizeGibibytes }) =>
      maxSizeGibibytes
    ),
  );
  if (after.requestBytes <= limitBytes) return undefined;
  return broken(record, "no request is above maxSize", `${after.requestBytes} of ${limitBytes}`);
}

function judgeWishes({ record, truth }: SizeRequest): Violation | undefined {
  const wishes = truth.wishes.since(record.atMs - KNOWLEDGE_AGE_MS_MAX);
  if (wishes.some(mayAct)) return undefined;
  return broken(
    record,
    "nothing grows without a policy, during a pause or in a dry run",
    JSON.stringify(wishes),
  );
}

/** One resize at a time; a request that failed for good may be lowered. */
function judgeFlight(request: SizeRequest): Violation | undefined {
  const { record, before, after } = request;
  const failed = before.resizeStatus.endsWith("Infeasible");
  if (isLowering(request)) {
    if (failed) return undefined;
    return broken(
      record,
      "only a failed request is lowered",
      `${before.requestBytes} to ${after.requestBytes} in ${before.resizeStatus}`,
    );
  }
  const flies = before.requestBytes > (before.capacityBytes ?? 0) || before.resizeStatus !== "none";
  if (!flies) return undefined;
  return broken(
    record,
    "a volume whose resize is in flight is left alone",
    `${before.resizeStatus}, asks for ${before.requestBytes} of ${before.capacityBytes}`,
  );
}

/** The operation's state comes before what it does: a stored StorageEvent names the claim and the size. */
function judgeOperation(request: SizeRequest): Violation | undefined {
  const { record, before, after, events } = request;
  const operation = events.filter(isOpenOperation).find(({ status }) =>
    status.volumes.some(({ claimUid, step }) =>
      claimUid === before.uid && step !== "Verified" && step !== "Failed"
    )
  );
  if (operation?.expansion === undefined) {
    return broken(
      record,
      "a size is requested once an open StorageEvent names the claim",
      `${events.length} events, none of them open for ${before.name}`,
    );
  }
  if (isLowering(request)) return undefined;
  const { requestedBytes } = operation.expansion;
  if (after.requestBytes !== requestedBytes) {
    return broken(
      record,
      "all volumes of an operation get its size",
      `${after.requestBytes}, ${operation.name} says ${requestedBytes}`,
    );
  }
  return judgeTurn(request, operation, operation.expansion);
}

/** What the provider counts are changes of the volume, whoever wanted them; ours may not be too many. */
function judgeBudget(request: SizeRequest): Violation | undefined {
  const { record, truth, before, events } = request;
  if (!truth.budgeted || isLowering(request)) return undefined;
  const earlier = events.flatMap(({ status }) => status.volumes).filter((volume) =>
    volume.claimUid === before.uid && (volume.requestedAtMs ?? -Infinity) > record.atMs - DAY_MS
  );
  if (earlier.length < BUDGETED_CHANGES_MAX) return undefined;
  return broken(
    record,
    "a provider's budget is kept",
    `${earlier.length} changes of ${before.name} before`,
  );
}
