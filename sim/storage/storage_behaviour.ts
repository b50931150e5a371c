/**
 * How the storage of a class or of a volume behaves when it is asked to grow.
 *
 * @module
 */

/** Behaviour of a CSI driver. */
export interface StorageBehaviour {
  /** How long the provider takes for a larger disk. */
  readonly controllerDelayMs: number;
  /** Larger sizes are refused for good (OUT_OF_RANGE), and tried again rarely. */
  readonly infeasibleAboveBytes: number | undefined;
  /** The provider fails with this text; it is asked again for ever. */
  readonly failing: string | undefined;
  /** The node never gets round to its part. */
  readonly stuckAtNode: boolean;
  /** The node refuses its part for good, with this text. */
  readonly nodeInfeasible: string | undefined;
  /** The node fails in its part, with this text, and tries again at every sync. */
  readonly nodeFailing: string | undefined;
  /** How often a disk may grow within 24 hours; EBS allows four (its `ModifyVolume`). Absent: as often as asked. */
  readonly growthsPerDayMax: number | undefined;
  /** Providers hand out whole multiples of this. */
  readonly roundUpToBytes: number;
  /** Whether a disk can grow while a pod uses it. */
  readonly expandsOnline: boolean;
  /** Whether a file system has to be grown on the node. */
  readonly nodeExpansionRequired: boolean;
}

const GIBIBYTE = 1024 ** 3;

/** A cloud's network disk on a good day. */
export const DEFAULT_STORAGE_BEHAVIOUR: StorageBehaviour = {
  controllerDelayMs: 3_000,
  infeasibleAboveBytes: undefined,
  failing: undefined,
  stuckAtNode: false,
  nodeInfeasible: undefined,
  nodeFailing: undefined,
  growthsPerDayMax: undefined,
  roundUpToBytes: GIBIBYTE,
  expandsOnline: true,
  nodeExpansionRequired: true,
};
