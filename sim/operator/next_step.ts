/**
 * What the operator does next, in the order of its own loop (`reconcile()` and `reconcileResources()` in
 * CNPG's `internal/controller/cluster_controller.go`, `cnpg.md` §5.4).
 *
 * @module
 */

import type { ObservedCluster, ObservedInstance } from "./observed_cluster.ts";
import type { ClaimState } from "./claim_state.ts";
import { instanceName, serialOf } from "./instance_objects.ts";
import { PENDING_FAILOVER } from "./names.ts";

/** How long a standby takes to end recovery and to say so. */
export const PROMOTION_MS = 3_000;

/** One thing to do. Most loops find that there is nothing. */
export type NextStep =
  /** Nothing at all, not even a look at the status: a user wants it so, or the cluster goes. */
  | { readonly kind: "leave" }
  | { readonly kind: "freeze" }
  /** Something is on its way; `told` says whether the phase says so. */
  | { readonly kind: "wait"; readonly forMs: number; readonly told: boolean }
  | { readonly kind: "give-up-primary" }
  | { readonly kind: "elect"; readonly instance: string }
  | { readonly kind: "promote"; readonly instance: string }
  /** The first instance of a new cluster is up. */
  | { readonly kind: "name-primary"; readonly instance: string }
  | { readonly kind: "raise"; readonly claims: readonly Raise[] }
  | { readonly kind: "create-claims"; readonly instance: string }
  | { readonly kind: "join"; readonly instance: string }
  | { readonly kind: "create-pod"; readonly instance: string }
  | { readonly kind: "remove"; readonly instance: string }
  | { readonly kind: "rest" };

/** A claim that is smaller than what is declared. */
export interface Raise {
  readonly claim: ClaimState;
  readonly sizeBytes: number;
}

type Rule = (cluster: ObservedCluster, nowMs: number) => NextStep | undefined;

const RULES: readonly Rule[] = [
  leaveAlone,
  finishPromotion,
  freezeOnFullDisk,
  waitForReadiness,
  namePrimary,
  failOver,
  waitForJob,
  waitForInstances,
  raiseClaims,
  completeInstances,
  createMissingPod,
  scale,
  waitForReports,
];

/** Decides what comes next. */
export function nextStep(cluster: ObservedCluster, nowMs: number): NextStep {
  for (const rule of RULES) {
    const step = rule(cluster, nowMs);
    if (step !== undefined) return step;
  }
  return { kind: "rest" };
}

function leaveAlone(
  { reconciliationDisabled, terminating }: ObservedCluster,
): NextStep | undefined {
  return reconciliationDisabled || terminating ? { kind: "leave" } : undefined;
}

/** Between the choice of a new primary and its promotion nothing else is done. */
function finishPromotion(cluster: ObservedCluster, nowMs: number): NextStep | undefined {
  const { currentPrimary, targetPrimary } = cluster;
  if (targetPrimary === undefined || targetPrimary === PENDING_FAILOVER) return undefined;
  if (targetPrimary === currentPrimary) return undefined;
  const target = cluster.members.find(({ name }) => name === targetPrimary);
  if (target?.status === undefined) return undefined;
  const remainingMs = cluster.targetPrimarySinceMs + PROMOTION_MS - nowMs;
  return remainingMs > 0
    ? { kind: "wait", forMs: remainingMs, told: false }
    : { kind: "promote", instance: targetPrimary };
}

/** Any instance without room for WAL stops everything for all of them (`ensureNoFailoverOnFullDisk`). */
function freezeOnFullDisk({ members }: ObservedCluster): NextStep | undefined {
  return members.some(({ pod }) => pod?.outOfWalSpace) ? { kind: "freeze" } : undefined;
}

/** The server answers, and Kubernetes has not noticed yet (`evaluatePodReadinessGuards`). */
function waitForReadiness(cluster: ObservedCluster): NextStep | undefined {
  const first = mostAdvanced(cluster);
  return first?.status !== undefined && first.pod?.ready === false
    ? { kind: "wait", forMs: 10_000, told: false }
    : undefined;
}

function namePrimary({ currentPrimary, members }: ObservedCluster): NextStep | undefined {
  if (currentPrimary !== undefined) return undefined;
  const first = members.find(({ status }) => status?.isPrimary);
  return first && { kind: "name-primary", instance: first.name };
}

function failOver(cluster: ObservedCluster): NextStep | undefined {
  const { currentPrimary, targetPrimary } = cluster;
  const candidate = mostAdvanced(cluster);
  if (currentPrimary === undefined || candidate?.status === undefined) return undefined;
  if (candidate.name === targetPrimary) return undefined;
  return targetPrimary === currentPrimary
    ? { kind: "give-up-primary" }
    : { kind: "elect", instance: candidate.name };
}

/** The primary while it answers, else the standby that has most WAL (`PostgresqlStatusList.Less`). */
function mostAdvanced({ members }: ObservedCluster): ObservedInstance | undefined {
  const reporting = members.filter(({ status }) => status !== undefined);
  return reporting.find(({ status }) => status?.isPrimary) ??
    reporting.toSorted((one, other) => positionOf(other) - positionOf(one))[0];
}

function positionOf({ status }: ObservedInstance): number {
  return status?.positionBytes ?? -1;
}

function waitForJob({ members }: ObservedCluster): NextStep | undefined {
  const joining = members.find((member) => member.initializing && member.complete);
  return joining && { kind: "join", instance: joining.name };
}

function waitForInstances({ members }: ObservedCluster): NextStep | undefined {
  return members.some(({ pod }) => pod !== undefined && !pod.active)
    ? { kind: "wait", forMs: 1_000, told: true }
    : undefined;
}

/** All claims of a role at once; one that is larger than declared is left as it is (`cnpg.md` §5.2). */
function raiseClaims(cluster: ObservedCluster): NextStep | undefined {
  if (!cluster.resizeInUseVolumes) return undefined;
  const declared = new Map(cluster.volumes.map(({ role, sizeBytes }) => [role, sizeBytes]));
  const claims = cluster.members.flatMap((member) => member.claims).flatMap((claim): Raise[] => {
    const sizeBytes = declared.get(claim.role);
    return sizeBytes === undefined || sizeBytes <= claim.requestBytes ? [] : [{ claim, sizeBytes }];
  });
  return claims.length === 0 ? undefined : { kind: "raise", claims };
}

/** A claim was lost, or a volume is declared that was not before. */
function completeInstances({ members }: ObservedCluster): NextStep | undefined {
  const incomplete = members.find(({ complete }) => !complete);
  return incomplete && { kind: "create-claims", instance: incomplete.name };
}

function createMissingPod({ members }: ObservedCluster): NextStep | undefined {
  const podless = members.find(({ pod }) => pod === undefined);
  return podless && { kind: "create-pod", instance: podless.name };
}

/** One instance at a time, and only while all that there are answer; serials are used again (1.30). */
function scale({ name, members, instances, targetPrimary }: ObservedCluster): NextStep | undefined {
  if (members.length === instances) return undefined;
  if (members.some(({ pod }) => !pod?.ready)) return { kind: "wait", forMs: 1_000, told: false };
  if (members.length > instances) {
    const last = members.findLast((member) => member.name !== targetPrimary);
    return last && { kind: "remove", instance: last.name };
  }
  const taken = new Set(members.map((member) => serialOf(member.name)));
  let serial = 1;
  while (taken.has(serial)) serial += 1;
  return { kind: "create-claims", instance: instanceName(name, serial) };
}

/** The phase stays what it was until every instance that is wanted answers. */
function waitForReports({ members, instances }: ObservedCluster): NextStep | undefined {
  const reporting = members.filter(({ status }) => status !== undefined).length;
  return reporting === instances ? undefined : { kind: "wait", forMs: 1_000, told: false };
}
