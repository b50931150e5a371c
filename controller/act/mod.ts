/**
 * Everything that the controller writes to the API server about clusters and policies.
 *
 * @module
 */

export { type Actor, createActor } from "./act.ts";
export { type Announcement, type Regarding } from "./announce.ts";
export { type ClusterStorageWriter, createClusterStorageWriter } from "./cluster_storage.ts";
export { type Attempt, type Failure, type FailureKind } from "./failure.ts";
export { type ActOutcome, type Done, type Effect, type Refusal } from "./outcome.ts";
export {
  createPolicyStatusWriter,
  type PolicyFindings,
  type PolicyStatusWriter,
} from "./policy_status.ts";
export {
  type ActDependencies,
  type ActMetrics,
  type Announce,
  type ExpansionEnd,
  type Latest,
  type SuppressedBecause,
} from "./ports.ts";
export { createSweeper, type RetentionLimits, type Sweep, type Sweeper } from "./retention.ts";
export { FIELD_MANAGER } from "./writer.ts";
