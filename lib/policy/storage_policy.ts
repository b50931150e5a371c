/**
 * The StoragePolicy custom resource (PRD StoragePolicy CRD).
 *
 * @module
 */

import * as z from "zod";
import { conditionsSchema } from "../event/condition.ts";
import type { Millis } from "../units/millis.ts";
import { parseTimestamp } from "../units/timestamp.ts";
import { OPERATOR_LABELS } from "./operator_names.ts";
import { type PolicySpec, policySpecSchema } from "./policy_spec.ts";
import { integerSchema, issuesText, timestampSchema } from "./schema_parts.ts";
import type { Selector } from "./selector_spec.ts";

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

/** An object with more problems is wrong in one way. */
const ISSUES_TOLD_MAX = 8;

const metadataSchema = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1),
  uid: z.string().min(1),
  resourceVersion: z.string().min(1),
  generation: z.int().min(0).default(0),
  creationTimestamp: z.string(),
});

/** The status is our own, and is written anew where another version has written one that this one cannot read. */
const storagePolicySchema = z.object({
  metadata: metadataSchema,
  spec: z.unknown().optional(),
  status: storagePolicyStatusSchema.optional().catch(undefined),
});

/** A spec below its own name, so that problems are told with their whole path. */
const settingsSchema = z.object({ spec: policySpecSchema });

/** What says which clusters are meant. */
const claimsSchema = policySpecSchema.pick({ selector: true, excludeClusters: true });

/** Every Cluster counts as labelled with its own name, so that this matches none. */
const SELECTS_NOTHING: Selector = {
  matchExpressions: [{ key: OPERATOR_LABELS.cluster, operator: "DoesNotExist" }],
};

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
  /** What is wrong with the settings, where they cannot be read: nobody may act by the policy then. */
  readonly unreadable?: string | undefined;
  readonly status: StoragePolicyStatus;
}

/** A StoragePolicy, or what is wrong with the object, in one line. */
export type ParsedPolicy =
  | { readonly kind: "policy"; readonly policy: StoragePolicy }
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Reads a StoragePolicy from the API server. Fields that are not known are left aside; settings that cannot be
 * read, as those of an older or newer definition may be, leave a policy that selects its clusters and that
 * nobody may act by.
 */
export function parseStoragePolicy(json: unknown): ParsedPolicy {
  const parsed = storagePolicySchema.safeParse(json);
  if (!parsed.success) return { kind: "invalid", message: cannotRead(parsed.error) };
  const { metadata, spec = {}, status = {} } = parsed.data;
  const { creationTimestamp, ...identity } = metadata;
  const createdAtMs = parseTimestamp(creationTimestamp);
  if (createdAtMs === undefined) {
    return {
      kind: "invalid",
      message: "Cannot read the StoragePolicy: expected an RFC 3339 metadata.creationTimestamp, " +
        `found ${JSON.stringify(creationTimestamp)}`,
    };
  }
  return { kind: "policy", policy: { ...identity, createdAtMs, ...readSpec(spec), status } };
}

function readSpec(spec: unknown): Pick<StoragePolicy, "spec" | "unreadable"> {
  const parsed = settingsSchema.safeParse({ spec });
  if (parsed.success) return { spec: parsed.data.spec };
  const claims = claimsSchema.safeParse(spec);
  return {
    spec: claims.success ? claims.data : { selector: SELECTS_NOTHING },
    unreadable: cannotRead(parsed.error),
  };
}

function cannotRead({ issues }: z.ZodError): string {
  const told = issuesText({ issues: issues.slice(0, ISSUES_TOLD_MAX) });
  const more = issues.length - ISSUES_TOLD_MAX;
  return `Cannot read the StoragePolicy: ${told}${more > 0 ? `; and ${more} more` : ""}`;
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
