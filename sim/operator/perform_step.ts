/**
 * Does what was decided, and says which phase it means.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { millis } from "../../lib/units/millis.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import type { InstanceManagers } from "./instance_managers.ts";
import { claimObject, podObject } from "./instance_objects.ts";
import { ANNOTATION, OPERATOR_USER, PENDING_FAILOVER, PHASE, PHASE_REASON } from "./names.ts";
import type { NextStep, Raise } from "./next_step.ts";
import type { ObservedCluster } from "./observed_cluster.ts";

/** What the operator works with. */
export interface OperatorTools {
  readonly server: ApiServer;
  readonly managers: InstanceManagers;
}

/** What comes of a step. */
export interface StepResult {
  /** Members of the status that the step sets, phase among them. */
  readonly status: JsonObject;
  /** The cluster is looked at again then, even if nothing changes. */
  readonly againInMs?: number | undefined;
}

/** `RequeueAfter` of the loop where it waits for something that no watch tells. */
const SOON_MS = 1_000;
const FROZEN_MS = 10_000;

/**
 * Performs a step.
 *
 * @throws {ApiError} Whatever the API server refused; the rest of the loop is not reached then.
 */
export function performStep(
  tools: OperatorTools,
  cluster: ObservedCluster,
  step: NextStep,
  nowMs: number,
): StepResult {
  switch (step.kind) {
    case "leave":
      return { status: {} };
    case "rest":
      return { status: phase(PHASE.healthy, "") };
    case "wait":
      return {
        status: step.told ? phase(PHASE.waiting, PHASE_REASON.waiting) : {},
        againInMs: step.forMs,
      };
    case "freeze":
      return { status: phase(PHASE.diskFull, PHASE_REASON.diskFull), againInMs: FROZEN_MS };
    case "name-primary":
    case "give-up-primary":
    case "elect":
    case "promote":
      return movePrimary(tools, cluster, step, nowMs);
    case "raise":
      for (const raise of step.claims) raiseClaim(tools, cluster, raise);
      return { status: {}, againInMs: 0 };
    case "create-claims":
    case "join":
    case "create-pod":
    case "remove":
      return changeInstance(tools, cluster, step, nowMs);
    default:
      return step satisfies never;
  }
}

function phase(text: string, reason: string): JsonObject {
  // Go leaves an empty reason out.
  return { phase: text, phaseReason: reason === "" ? null : reason };
}

type PrimaryStep = NextStep & { kind: "name-primary" | "give-up-primary" | "elect" | "promote" };

/** In the words of `reconcileTargetPrimaryForNonReplicaCluster`. */
function movePrimary(
  { managers }: OperatorTools,
  { namespace, currentPrimary }: ObservedCluster,
  step: PrimaryStep,
  nowMs: number,
): StepResult {
  const now = formatTimestamp(millis(nowMs));
  const current = currentPrimary ?? "";
  switch (step.kind) {
    case "name-primary":
      return {
        status: {
          currentPrimary: step.instance,
          currentPrimaryTimestamp: now,
          targetPrimary: step.instance,
          targetPrimaryTimestamp: now,
        },
        againInMs: 0,
      };
    case "give-up-primary":
      return {
        status: {
          ...phase(PHASE.failingOver, `Initiating a failover from ${current}`),
          targetPrimary: PENDING_FAILOVER,
          targetPrimaryTimestamp: now,
          currentPrimaryFailingSinceTimestamp: now,
        },
        againInMs: SOON_MS,
      };
    case "elect":
      return {
        status: {
          ...phase(PHASE.failingOver, `Failing over from ${current} to ${step.instance}`),
          targetPrimary: step.instance,
          targetPrimaryTimestamp: now,
        },
        againInMs: SOON_MS,
      };
    case "promote":
      managers.promote({ namespace, name: step.instance });
      return {
        status: {
          currentPrimary: step.instance,
          currentPrimaryTimestamp: now,
          currentPrimaryFailingSinceTimestamp: null,
        },
        againInMs: 0,
      };
    default:
      return step satisfies never;
  }
}

function raiseClaim({ server }: OperatorTools, { namespace }: ObservedCluster, raise: Raise): void {
  const storage = formatQuantity(bytes(raise.sizeBytes));
  server.patch(PERSISTENT_VOLUME_CLAIM, { namespace, name: raise.claim.name }, {
    type: "merge",
    body: { spec: { resources: { requests: { storage } } } },
  }, { user: OPERATOR_USER });
}

type InstanceStep = NextStep & { kind: "create-claims" | "join" | "create-pod" | "remove" };

function changeInstance(
  tools: OperatorTools,
  cluster: ObservedCluster,
  step: InstanceStep,
  nowMs: number,
): StepResult {
  const { server } = tools;
  const { namespace } = cluster;
  const { instance } = step;
  switch (step.kind) {
    case "create-claims":
      createClaims(server, cluster, instance);
      return { status: creating(instance), againInMs: SOON_MS };
    case "join": {
      const joined = tools.managers.join({ namespace, name: instance }, cluster.name, nowMs);
      if (joined) markReady(server, cluster, instance);
      return { status: creating(instance), againInMs: joined ? 0 : SOON_MS };
    }
    case "create-pod":
      server.create(POD, podObject(cluster, instance, cluster.volumes), {
        namespace,
        user: OPERATOR_USER,
      });
      return { status: {}, againInMs: SOON_MS };
    case "remove":
      remove(server, cluster, instance);
      return { status: {}, againInMs: 0 };
    default:
      return step satisfies never;
  }
}

function creating(instance: string): JsonObject {
  return phase(PHASE.creatingReplica, `Creating replica ${instance}-join`);
}

/** New claims have the size that is declared now, whatever the others have grown to (`cnpg.md` §5.5). */
function createClaims(server: ApiServer, cluster: ObservedCluster, instance: string): void {
  const { namespace } = cluster;
  const present = cluster.members.find(({ name }) => name === instance)?.claims ?? [];
  for (const volume of cluster.volumes) {
    if (present.some(({ role }) => role === volume.role)) continue;
    server.create(PERSISTENT_VOLUME_CLAIM, claimObject(cluster, instance, volume), {
      namespace,
      user: OPERATOR_USER,
    });
  }
}

function markReady(server: ApiServer, cluster: ObservedCluster, instance: string): void {
  for (const claim of claimsOf(cluster, instance)) {
    server.patch(PERSISTENT_VOLUME_CLAIM, { namespace: cluster.namespace, name: claim }, {
      type: "merge",
      body: { metadata: { annotations: { [ANNOTATION.pvcStatus]: "ready" } } },
    }, { user: OPERATOR_USER });
  }
}

function remove(server: ApiServer, cluster: ObservedCluster, instance: string): void {
  const { namespace } = cluster;
  server.delete(POD, { namespace, name: instance }, { user: OPERATOR_USER });
  for (const name of claimsOf(cluster, instance)) {
    server.delete(PERSISTENT_VOLUME_CLAIM, { namespace, name }, { user: OPERATOR_USER });
  }
}

function claimsOf(cluster: ObservedCluster, instance: string): readonly string[] {
  const member = cluster.members.find(({ name }) => name === instance);
  return member?.claims.map(({ name }) => name) ?? [];
}
