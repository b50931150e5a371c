/**
 * The StoragePolicy custom resource (PRD StoragePolicy CRD).
 *
 * @module
 */

import { z } from "zod";
import { conditionsSchema } from "../event/condition.ts";
import type { Millis } from "../units/millis.ts";
import { parseTimestamp } from "../units/timestamp.ts";
import { type PolicySpec, policySpecSchema } from "./policy_spec.ts";
import { integerSchema, issuesText, timestampSchema } from "./schema_parts.ts";

/** Status of a StoragePolicy. */
export const storagePolicyStatusSchema = z.object({
  conditions: conditionsSchema.optional(),
  managedClusters: integerSchema(0, 1_000_000, "How many clusters the policy governs.").optional(),
  lastEvaluated: timestampSchema("When the policy or what it governs last changed.").optional(),
  observedGeneration: integerSchema(
    0,
    Number.MAX_SAFE_INTEGER,
    "The generation of the policy that the status speaks of.",
  ).optional(),
}).meta({ description: "What the manager makes of the policy." });

const storagePolicySchema = z.object({
  metadata: z.object({
    name: z.string().min(1),
    namespace: z.string().min(1),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    generation: z.int().min(0).default(0),
    creationTimestamp: z.string(),
  }),
  spec: policySpecSchema.optional(),
  status: storagePolicyStatusSchema.optional(),
});

/** Status of a StoragePolicy. */
export type StoragePolicyStatus = z.infer<typeof storagePolicyStatusSchema>;

/** A StoragePolicy as the product uses it. */
export interface StoragePolicy {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly createdAtMs: Millis;
  readonly spec: PolicySpec;
  readonly status: StoragePolicyStatus;
}

/** A StoragePolicy, or what is wrong with the object, in one line. */
export type ParsedPolicy =
  | { readonly kind: "policy"; readonly policy: StoragePolicy }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads a StoragePolicy from the API server. Fields that are not known are left aside. */
export function parseStoragePolicy(json: unknown): ParsedPolicy {
  const parsed = storagePolicySchema.safeParse(json);
  if (!parsed.success) {
    return {
      kind: "invalid",
      message: `Cannot read the StoragePolicy: ${issuesText(parsed.error)}`,
    };
  }
  const { metadata, spec, status } = parsed.data;
  const createdAtMs = parseTimestamp(metadata.creationTimestamp);
  if (createdAtMs === undefined) {
    return {
      kind: "invalid",
      message: "Cannot read the StoragePolicy: expected an RFC 3339 metadata.creationTimestamp, " +
        `found ${JSON.stringify(metadata.creationTimestamp)}`,
    };
  }
  const { name, namespace, uid, resourceVersion, generation } = metadata;
  return {
    kind: "policy",
    policy: {
      namespace,
      name,
      uid,
      resourceVersion,
      generation,
      createdAtMs,
      spec: spec ?? {},
      status: status ?? {},
    },
  };
}

/** Settings alone, such as the chart's `defaults`, or what is wrong with them, in one line. */
export function parsePolicySpec(
  json: unknown,
):
  | { readonly kind: "spec"; readonly spec: PolicySpec }
  | { readonly kind: "invalid"; readonly message: string } {
  const parsed = policySpecSchema.safeParse(json);
  return parsed.success
    ? { kind: "spec", spec: parsed.data }
    : { kind: "invalid", message: `Cannot read policy settings: ${issuesText(parsed.error)}` };
}
