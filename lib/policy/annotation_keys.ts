/**
 * Our annotations on Clusters and pods (PRD Annotation Schema).
 *
 * @module
 */

/** Prefix of every annotation of ours. */
export const ANNOTATION_PREFIX = "storage.cnpg.supporttools.io/";

/** Complete keys of the annotations, by what they mean. */
export const ANNOTATION = {
  managed: `${ANNOTATION_PREFIX}managed`,
  paused: `${ANNOTATION_PREFIX}paused`,
  pauseReason: `${ANNOTATION_PREFIX}pause-reason`,
  pauseUntil: `${ANNOTATION_PREFIX}pause-until`,
  targetSize: `${ANNOTATION_PREFIX}target-size`,
  /** Ours: the role that a manual `target-size` means, `data` (where absent), `wal` or `tbs:NAME`. */
  targetRole: `${ANNOTATION_PREFIX}target-role`,
  expansionRequested: `${ANNOTATION_PREFIX}expansion-requested`,
  expansionReason: `${ANNOTATION_PREFIX}expansion-reason`,
  lastCheck: `${ANNOTATION_PREFIX}last-check`,
  currentUsagePercent: `${ANNOTATION_PREFIX}current-usage-percent`,
  walCleanupLast: `${ANNOTATION_PREFIX}wal-cleanup-last`,
  resetCircuitBreaker: `${ANNOTATION_PREFIX}reset-circuit-breaker`,
  /** Ours, on pods: its change makes the kubelet look at the pod's volumes at once. */
  nudge: `${ANNOTATION_PREFIX}nudge`,
} as const;
