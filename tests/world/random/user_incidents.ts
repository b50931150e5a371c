/**
 * What users do to a cluster, to its policy and to what is said of it.
 *
 * @module
 */

import type { Random } from "../../../kube/clock.ts";
import { ANNOTATION } from "../../../lib/policy/annotation_keys.ts";
import { type ClusterPlan, drawPolicy } from "./cluster_plan.ts";
import { between, chance, pick } from "./draw.ts";
import { type Incident, incident, MINUTE_MS, STORM_MS, stormMoment } from "./incident.ts";

const GIBIBYTE = 1024 ** 3;

/** The label of what bounds the growth of a cluster. */
export const BOUNDED = "a quota bounds the class";

/** A pause that ends by a user's hand, by itself, or not at all. */
export function drawPause(random: Random): readonly Incident[] {
  const atMs = stormMoment(random);
  const endMs = atMs + between(random, 1, 12) * MINUTE_MS;
  const begins = incident(atMs, "a user pauses", (stage) => stage.pause(true));
  if (chance(random, 0.2)) return [begins];
  if (chance(random, 0.3)) {
    return [
      incident(atMs, "a user pauses for a while", (stage) => {
        stage.pauseUntil(stage.world.clock.now() + endMs - atMs);
      }),
    ];
  }
  return [begins, incident(endMs, "the pause ends", (stage) => stage.pause(false))];
}

/** The policy says something else. */
export function drawPolicyChange(random: Random): readonly Incident[] {
  const policy = drawPolicy(random);
  return [
    incident(stormMoment(random), "the policy changes", (stage) => stage.govern(policy)),
  ];
}

/** The policy is deleted, and comes back in most worlds. */
export function drawPolicyLoss(random: Random, plan: ClusterPlan): readonly Incident[] {
  const atMs = stormMoment(random);
  const lost = incident(atMs, "the policy is deleted", (stage) => stage.govern(undefined));
  const { policy = drawPolicy(random) } = plan;
  if (chance(random, 0.3)) return [lost];
  const againMs = Math.min(STORM_MS, atMs + between(random, 1, 8) * MINUTE_MS);
  return [lost, incident(againMs, "the policy is back", (stage) => stage.govern(policy))];
}

/** A user asks for a size. */
export function drawManualRequest(random: Random, { cluster }: ClusterPlan): readonly Incident[] {
  const role = cluster.walBytes !== undefined && chance(random, 0.4) ? "wal" : "data";
  const size = `${pick(random, [6, 9, 13, 16, 24, 100])}Gi`;
  const atMs = stormMoment(random);
  return [incident(atMs, `a user asks for ${size} of ${role}`, (stage) => {
    stage.truth.manualRequests.push(`request-${atMs}`);
    stage.annotate({
      [ANNOTATION.targetSize]: size,
      [ANNOTATION.targetRole]: role,
      [ANNOTATION.expansionRequested]: `request-${atMs}`,
      [ANNOTATION.expansionReason]: "manual: more room for the sale",
    });
  })];
}

/** A user resets the breaker. */
export function drawBreakerReset(random: Random): readonly Incident[] {
  return [incident(stormMoment(random), "a user resets the breaker", (stage) => {
    stage.annotate({ [ANNOTATION.resetCircuitBreaker]: "true" });
  })];
}

/** Another policy selects the cluster, and in some worlds still does in the end. */
export function drawRival(random: Random): readonly Incident[] {
  const policy = drawPolicy(random);
  const atMs = stormMoment(random);
  const made = incident(atMs, "another policy selects the cluster", (stage) => stage.rival(policy));
  if (chance(random, 0.5)) return [made];
  const goneMs = Math.min(STORM_MS, atMs + between(random, 1, 10) * MINUTE_MS);
  return [made, incident(goneMs, "the other policy is gone", (stage) => stage.rival(undefined))];
}

/** Room for little more than there is, and in most worlds for all that is wanted again. */
export function drawQuota(random: Random): readonly Incident[] {
  const atMs = chance(random, 0.5) ? 0 : stormMoment(random);
  const moreBytes = between(random, 0, 8) * GIBIBYTE;
  const set = incident(atMs, BOUNDED, (stage) => stage.limit(moreBytes));
  if (chance(random, 0.3)) return [set];
  const goneMs = Math.min(STORM_MS, atMs + between(random, 5, 20) * MINUTE_MS);
  return [set, incident(goneMs, "the quota is raised", (stage) => stage.limit(undefined))];
}

/** A user declares a larger size, as CNPG has it. */
export function drawLargerSpec(random: Random): readonly Incident[] {
  const moreBytes = between(random, 1, 6) * GIBIBYTE;
  return [incident(stormMoment(random), "a user declares a larger size", (stage) => {
    stage.declareMore(moreBytes);
  })];
}

/** A user deletes what the manager says of the cluster. */
export function drawPictureLoss(random: Random): readonly Incident[] {
  return [incident(stormMoment(random), "a user deletes the ClusterStorage", (stage) => {
    stage.forgetPicture();
  })];
}
