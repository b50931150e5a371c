/**
 * The gate table of DESIGN §5, from the other side: what every request for a larger volume must have had.
 *
 * @module
 */

import { type ClaimRecord, projectClaim } from "../../../controller/observe/project_claim.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import type { AuditRecord } from "../../../sim/api_server/api_server.ts";
import type { ClusterTruth, Truth } from "../truth.ts";
import { mayAct, type PolicyWish, type Wishes } from "../wishes.ts";
import { broken, KNOWLEDGE_AGE_MS_MAX, type Violation } from "./violation.ts";

const GIBIBYTE = 1024 ** 3;

/** An operation that nobody hinders ends well before; one that is stuck at its deadlines (DESIGN §5). */
const OPERATION_MS_MAX = 60 * 60_000;

interface Request {
  readonly record: AuditRecord;
  readonly truth: ClusterTruth;
  readonly before: ClaimRecord;
  readonly after: ClaimRecord;
}

/** Judges a write to a claim. */
export function judgeClaimWrite(record: AuditRecord, truth: Truth): Violation | undefined {
  if (record.resource.plural !== PERSISTENT_VOLUME_CLAIM.plural) return undefined;
  const { verb, before, after, name } = record;
  if (verb !== "patch" || before === undefined || after === undefined) {
    return broken(record, "claims are only ever patched", verb);
  }
  const owner = truth.ofClaim(name.namespace ?? "", name.name);
  if (owner === undefined) {
    return broken(record, "only claims of clusters are touched", "a stranger");
  }
  const request: Request = {
    record,
    truth: owner,
    before: projectClaim(before),
    after: projectClaim(after),
  };
  for (const judge of [judgeSize, judgeWishes, judgeFlight, judgeCause]) {
    const violation = judge(request);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

/** The wishes that the manager may have acted by. */
function wishesOf({ record, truth }: Request): readonly Wishes[] {
  return truth.wishes.since(record.atMs - KNOWLEDGE_AGE_MS_MAX);
}

function policiesOf(request: Request): PolicyWish[] {
  return wishesOf(request).flatMap(({ policy }) => policy === undefined ? [] : [policy]);
}

function judgeSize(request: Request): Violation | undefined {
  const { record, before, after } = request;
  const { capacityBytes = 0 } = before;
  if (after.requestBytes <= capacityBytes) {
    return broken(
      record,
      "a request is above the capacity",
      `${after.requestBytes} of ${capacityBytes}`,
    );
  }
  const limitBytes = Math.max(
    ...policiesOf(request).map(({ maxSizeGibibytes }) => maxSizeGibibytes * GIBIBYTE),
  );
  if (after.requestBytes > limitBytes) {
    return broken(
      record,
      "no request is above maxSize",
      `${after.requestBytes} of ${limitBytes}`,
    );
  }
  return undefined;
}

function judgeWishes(request: Request): Violation | undefined {
  const wishes = wishesOf(request);
  if (wishes.some(mayAct)) return undefined;
  return broken(
    request.record,
    "nothing grows without a policy, during a pause or in a dry run",
    JSON.stringify(wishes),
  );
}

/** One resize at a time; a request that failed for good may be lowered. */
function judgeFlight({ record, before, after }: Request): Violation | undefined {
  const failed = before.resizeStatus.endsWith("Infeasible") ||
    before.resizeConditions.controllerError !== undefined;
  const lowers = after.requestBytes < before.requestBytes;
  if (lowers && !failed) {
    return broken(
      record,
      "only a failed request is lowered",
      `${before.requestBytes} to ${after.requestBytes} in ${before.resizeStatus}`,
    );
  }
  const flies = before.requestBytes > (before.capacityBytes ?? 0) || before.resizeStatus !== "none";
  if (flies && !lowers) {
    return broken(
      record,
      "a volume whose resize is in flight is left alone",
      `${before.resizeStatus}, asks for ${before.requestBytes} of ${before.capacityBytes}`,
    );
  }
  return undefined;
}

/** Somewhere in the cluster a volume of the role must have crossed the threshold while an operation can last. */
function judgeCause(request: Request): Violation | undefined {
  const { record, truth, after } = request;
  const role = roleOf(truth, after.name);
  const floor = Math.min(...policiesOf(request).map(({ expansionPercent }) => expansionPercent));
  const sinceMs = record.atMs - OPERATION_MS_MAX;
  const highest = Math.max(
    ...claimsOfRole(truth, role).flatMap((claimName) =>
      truth.pressures.get(claimName)?.since(sinceMs) ?? []
    ),
  );
  if (highest >= floor) return undefined;
  return broken(
    record,
    "a volume grows because one of its role was too full",
    `${role} was at ${highest.toFixed(1)} % at most, below ${floor} %`,
  );
}

function roleOf({ cluster }: ClusterTruth, claimName: string): string {
  const volumes = cluster.instances.flatMap((instance) => instance.volumes);
  return volumes.find((volume) => volume.claimName === claimName)?.role ?? "of a lost instance";
}

function claimsOfRole({ cluster }: ClusterTruth, role: string): string[] {
  return cluster.instances.flatMap(({ volumes }) => volumes)
    .filter((volume) => volume.role === role).map(({ claimName }) => claimName);
}
