/**
 * What the operator asks of the instance manager in a pod, and what goes on inside the pods at its request.
 *
 * @module
 */

/** Names an instance. */
export interface InstanceName {
  readonly namespace: string;
  readonly name: string;
}

/** How `archive_command` fares, as the instance manager that runs it last saw it. */
export type Archiving =
  /** Nothing was archived yet. */
  | { readonly kind: "untried" }
  | { readonly kind: "working" }
  | { readonly kind: "failing"; readonly error: string };

/** Answer of `/pg/status`. */
export interface InstanceStatus {
  readonly isPrimary: boolean;
  readonly timelineId: number;
  /** Where WAL ends; whoever has most is the best to promote. */
  readonly positionBytes: number;
  readonly archiving: Archiving;
}

/** The instance managers of all pods. */
export interface InstanceManagers {
  /** Undefined while the server does not answer. */
  status(instance: InstanceName): InstanceStatus | undefined;
  /** Ends recovery on a standby. */
  promote(instance: InstanceName): void;
  /**
   * Copies the primary onto the empty volumes of a new instance (pg_basebackup); false while it cannot, or has
   * not yet. Called until it is done.
   */
  join(instance: InstanceName, cluster: string, nowMs: number): boolean;
}
