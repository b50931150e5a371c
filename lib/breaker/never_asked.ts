/**
 * Volumes that an operation passed over.
 *
 * @module
 */

import type { Reason } from "../explain/reasons.ts";

/**
 * Why a volume was not asked for its size when its turn came. It has not failed by that; and the size must not
 * go into the Cluster's spec, because CNPG would then ask every claim for it (`cnpg.md` §5.2).
 */
export const NEVER_ASKED: readonly Reason[] = [
  "BlockVolume",
  "StorageClassUnknown",
  "StorageClassFixed",
  "DriverOfflineOnly",
  "SharedDisk",
  "ProviderBudgetSpent",
  "BreakerOpen",
  "RetryBackoff",
  "ResizeInFlight",
  "QuotaExceeded",
  "LimitRangeExceeded",
  "ClassCapacityShort",
  "DetachNeeded",
  "ProviderMaximum",
  "MaxSizeReached",
  "ExpansionDisabled",
];
