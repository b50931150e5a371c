/**
 * Our custom resources, as far as a CustomResourceDefinition says more than their schema.
 *
 * @module
 */

import type * as z from "zod";
import {
  CLUSTER_STORAGE_KIND,
  clusterStorageStatusSchema,
} from "../lib/cluster_storage/cluster_storage.ts";
import { STORAGE_EVENT_KIND } from "../lib/event/storage_event.ts";
import { storageEventSpecSchema } from "../lib/event/storage_event_spec.ts";
import { storageEventStatusSchema } from "../lib/event/storage_event_status.ts";
import { policySpecSchema } from "../lib/policy/policy_spec.ts";
import { storagePolicyStatusSchema } from "../lib/policy/storage_policy.ts";

/** A column of `kubectl get`. Priority 1 is shown with `-o wide` only. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date";
  readonly jsonPath: string;
  readonly description?: string | undefined;
  readonly priority?: 1 | undefined;
}

/** One of our custom resources. */
export interface ResourceDefinition {
  readonly kind: string;
  readonly singular: string;
  readonly plural: string;
  readonly shortName: string;
  readonly description: string;
  /** Absent: the resource has nothing that users write. */
  readonly spec?: z.ZodType | undefined;
  readonly status: z.ZodType;
  readonly columns: readonly PrinterColumn[];
}

const AGE: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };

const STORAGE_POLICY: ResourceDefinition = {
  kind: "StoragePolicy",
  singular: "storagepolicy",
  plural: "storagepolicies",
  shortName: "stp",
  description:
    "StoragePolicy says what the manager may do for the storage of the CloudNativePG Clusters that it selects " +
    "in its namespace.",
  spec: policySpecSchema,
  status: storagePolicyStatusSchema,
  columns: [
    condition("Active"),
    condition("Conflicting"),
    {
      name: "Clusters",
      type: "integer",
      jsonPath: ".status.managedClusters",
      description: "How many clusters the policy governs",
    },
    { name: "Dry-Run", type: "boolean", jsonPath: ".spec.dryRun" },
    { name: "Max-Size", type: "string", jsonPath: ".spec.expansion.maxSize" },
    {
      name: "Message",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Active")].message',
      priority: 1,
    },
    AGE,
  ],
};

const STORAGE_EVENT: ResourceDefinition = {
  kind: STORAGE_EVENT_KIND,
  singular: "storageevent",
  plural: "storageevents",
  shortName: "ste",
  description:
    "StorageEvent records what the manager did for a cluster's storage, what it would have done in a dry run, " +
    "and how far an operation is.",
  spec: storageEventSpecSchema,
  status: storageEventStatusSchema,
  columns: [
    { name: "Cluster", type: "string", jsonPath: ".spec.clusterRef.name" },
    { name: "Type", type: "string", jsonPath: ".spec.eventType" },
    { name: "Role", type: "string", jsonPath: ".spec.role" },
    { name: "Phase", type: "string", jsonPath: ".status.phase" },
    { name: "Reason", type: "string", jsonPath: ".spec.reason" },
    { name: "Severity", type: "string", jsonPath: ".status.alert.severity" },
    { name: "From", type: "string", jsonPath: ".spec.expansion.originalSize" },
    { name: "To", type: "string", jsonPath: ".spec.expansion.requestedSize" },
    { name: "Dry-Run", type: "boolean", jsonPath: ".spec.dryRun" },
    { name: "Message", type: "string", jsonPath: ".spec.message", priority: 1 },
    AGE,
  ],
};

const CLUSTER_STORAGE: ResourceDefinition = {
  kind: CLUSTER_STORAGE_KIND,
  singular: "clusterstorage",
  plural: "clusterstorages",
  shortName: "cst",
  description:
    "ClusterStorage shows what the manager knows of one Cluster's storage. It has the Cluster's name, is owned " +
    "by it, and is written by the manager alone.",
  status: clusterStorageStatusSchema,
  columns: [
    {
      name: "Level",
      type: "string",
      jsonPath: ".status.level",
      description: "The most pressing level of any volume",
    },
    {
      name: "Pressure",
      type: "integer",
      jsonPath: ".status.pressurePercent",
      description: "The highest pressure of any volume, in percent",
    },
    {
      name: "Full-In",
      type: "string",
      jsonPath: ".status.timeToFull",
      description: "When the first of the volumes is full",
    },
    { name: "Policy", type: "string", jsonPath: ".status.policy.name" },
    { name: "Next-Action", type: "string", jsonPath: ".status.nextAction" },
    {
      name: "Updated",
      type: "date",
      jsonPath: ".status.lastUpdated",
      description: "When the status last changed in meaning",
      priority: 1,
    },
    AGE,
  ],
};

/** Every custom resource of ours. */
export const RESOURCE_DEFINITIONS: readonly ResourceDefinition[] = [
  STORAGE_POLICY,
  STORAGE_EVENT,
  CLUSTER_STORAGE,
];

function condition(type: string): PrinterColumn {
  return {
    name: type,
    type: "string",
    jsonPath: `.status.conditions[?(@.type=="${type}")].status`,
  };
}
