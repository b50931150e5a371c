/**
 * All admissions, in the order in which kube-apiserver asks: validation of the kind, then the plugins, then
 * webhooks, and quota last.
 *
 * @module
 */

import type { Admission } from "../api_server.ts";
import { admitResize } from "./claim_resize.ts";
import { validateClaim } from "./claim_validation.ts";
import { validateCluster } from "./cluster_webhook.ts";
import { admitWithinLimitRange } from "./limit_range.ts";
import { validateEvent } from "./event_validation.ts";
import { validateLease } from "./lease_validation.ts";
import { validateMetadata } from "./metadata_validation.ts";
import { admitWithinQuota } from "./resource_quota.ts";
import { validateStorageClass } from "./storage_class.ts";

/** What a write has to pass; the first refusal counts. */
export function admissions(): readonly Admission[] {
  return [
    validateMetadata,
    validateEvent,
    validateLease,
    validateClaim,
    validateStorageClass,
    admitWithinLimitRange,
    admitResize,
    validateCluster,
    admitWithinQuota,
  ];
}
