/**
 * Words of CloudNativePG 1.30 (`api/v1/cluster_types.go`, `internal/controller/cluster_controller.go`,
 * `pkg/utils/labels_annotations.go`).
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";
import { CLUSTER_KIND, OPERATOR_GROUP, OPERATOR_VERSION } from "../../lib/policy/operator_names.ts";

/** As whom the operator talks to the API server. */
export const OPERATOR_USER = "system:serviceaccount:cnpg-system:cnpg-manager";

/** PostgreSQL clusters. */
export const CLUSTERS: Resource = {
  group: OPERATOR_GROUP,
  version: OPERATOR_VERSION,
  kind: CLUSTER_KIND,
  plural: "clusters",
  namespaced: true,
};

/** `status.phase`, with the reasons that are always the same. */
export const PHASE = {
  healthy: "Cluster in healthy state",
  failingOver: "Failing over",
  creatingReplica: "Creating a new replica",
  waiting: "Waiting for the instances to become active",
  diskFull: "Not enough disk space",
} as const;

/** `status.phaseReason` beside {@link PHASE}. */
export const PHASE_REASON = {
  waiting: "Some instances are not yet active. Please wait.",
  // Two sentences without a space between them: so does the operator write it.
  diskFull:
    "Insufficient disk space detected in one or more pods is preventing PostgreSQL from running." +
    "Please verify your storage settings. Further information inside .status.instancesReportedState",
} as const;

/** `status.targetPrimary` while the old primary is down and no new one is chosen. */
export const PENDING_FAILOVER = "pending";

/** Exit code of the instance manager that has no room for one WAL segment (`cnpg.md` §6). */
export const NO_WAL_SPACE_EXIT_CODE = 4;

/** Labels. */
export const LABEL = {
  cluster: "cnpg.io/cluster",
  instanceName: "cnpg.io/instanceName",
  instanceRole: "cnpg.io/instanceRole",
  deprecatedRole: "role",
  podRole: "cnpg.io/podRole",
  pvcRole: "cnpg.io/pvcRole",
  tablespaceName: "cnpg.io/tablespaceName",
} as const;

/** Annotations. */
export const ANNOTATION = {
  nodeSerial: "cnpg.io/nodeSerial",
  pvcStatus: "cnpg.io/pvcStatus",
  podSpec: "cnpg.io/podSpec",
  operatorVersion: "cnpg.io/operatorVersion",
  reconciliationLoop: "cnpg.io/reconciliationLoop",
} as const;

/** The version that is simulated. */
export const OPERATOR_RELEASE = "1.30.0";
