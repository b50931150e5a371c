/**
 * CNPG's Cluster as the simulated API server serves it.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";

const ANYTHING: JsonObject = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/**
 * Names and columns as in CNPG's own definition (config/crd/bases), whose schema is half a megabyte: what a
 * Cluster may say is left to the operator.
 */
export const CLUSTER_DEFINITION: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "clusters.postgresql.cnpg.io" },
  spec: {
    group: "postgresql.cnpg.io",
    scope: "Namespaced",
    names: {
      kind: "Cluster",
      listKind: "ClusterList",
      plural: "clusters",
      singular: "cluster",
    },
    versions: [{
      name: "v1",
      served: true,
      storage: true,
      subresources: { status: {} },
      additionalPrinterColumns: [
        { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        { name: "Instances", type: "integer", jsonPath: ".status.instances" },
        { name: "Ready", type: "integer", jsonPath: ".status.readyInstances" },
        { name: "Status", type: "string", jsonPath: ".status.phase" },
        { name: "Primary", type: "string", jsonPath: ".status.currentPrimary" },
      ],
      schema: {
        openAPIV3Schema: { type: "object", properties: { spec: ANYTHING, status: ANYTHING } },
      },
    }],
  },
};
