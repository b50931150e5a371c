/**
 * CloudNativePG's names, as they stand in Kubernetes objects (`api/v1/groupversion_info.go` and
 * `pkg/utils/labels_annotations.go` there).
 *
 * @module
 */

/** API group of CloudNativePG. */
export const OPERATOR_GROUP = "postgresql.cnpg.io";

/** The version of that group which is read and written here. */
export const OPERATOR_VERSION = "v1";

/** `apiVersion` of a Cluster. */
export const OPERATOR_GROUP_VERSION = `${OPERATOR_GROUP}/${OPERATOR_VERSION}` as const;

/** `kind` of a PostgreSQL cluster. */
export const CLUSTER_KIND = "Cluster";

/** Labels on pods and claims. */
export const OPERATOR_LABELS = {
  /**
   * On everything that belongs to a cluster (`cnpg.md` §2.1), but not on the Cluster itself. Policies select by
   * it all the same (the PRD's example does): every Cluster counts as labelled with its own name.
   */
  cluster: "cnpg.io/cluster",
  instanceName: "cnpg.io/instanceName",
  podRole: "cnpg.io/podRole",
  pvcRole: "cnpg.io/pvcRole",
  tablespaceName: "cnpg.io/tablespaceName",
} as const;

/** Value of the label `podRole` of pods that run PostgreSQL; poolers and jobs bear another one. */
export const INSTANCE_POD_ROLE = "instance";

/** Annotations by which users make the operator leave a Cluster alone (`cnpg.md` §9). */
export const OPERATOR_ANNOTATIONS = {
  hibernation: "cnpg.io/hibernation",
  fencedInstances: "cnpg.io/fencedInstances",
  reconciliationLoop: "cnpg.io/reconciliationLoop",
} as const;
