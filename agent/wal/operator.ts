/**
 * The Operator port: CloudNativePG's own view of the cluster, as its instance manager keeps it in the pod.
 *
 * @module
 */

/** Reads the Cluster that the instance manager has at hand. */
export interface Operator {
  /** The Cluster's JSON. Rejects where nobody answers with one before `deadline` is aborted. */
  cluster(deadline: AbortSignal): Promise<unknown>;
}
