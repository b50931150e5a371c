/**
 * The settings of a StoragePolicy as they are written: every field may be absent, because an absent field is
 * inherited (DESIGN §7). The CustomResourceDefinition is generated from this schema.
 *
 * @module
 */

import * as z from "zod";
import { alertingSpecSchema } from "./alerting_spec.ts";
import { expansionSpecSchema } from "./expansion_spec.ts";
import { maintenanceWindowsSchema } from "./maintenance_window_spec.ts";
import { rolesSpecSchema } from "./roles_spec.ts";
import { integerSchema } from "./schema_parts.ts";
import { excludeClustersSchema, selectorSchema } from "./selector_spec.ts";
import { thresholdsSpecSchema } from "./thresholds_spec.ts";

/** A week: a longer pause between actions is a policy that is switched off. */
const MINUTES_MAX = 7 * 24 * 60;

const walCleanupSpecSchema = z.object({
  enabled: z.boolean().optional().meta({
    description: "Whether WAL that nothing needs any more may be removed.",
  }),
  retainCount: integerSchema(1, 100_000, "Keep at least this many WAL files.").optional(),
  requireArchived: z.boolean().optional().meta({
    description:
      "Remove only files that are confirmed archived. `false` has an effect only on clusters without an " +
      "archive; elsewhere the removal of unarchived files is refused.",
  }),
  cooldownMinutes: integerSchema(0, MINUTES_MAX, "Least time between two removals, in minutes.")
    .optional(),
}).meta({ description: "When WAL may be removed." });

const circuitBreakerSpecSchema = z.object({
  maxFailures: integerSchema(1, 100, "Failures in a row after which nothing more is tried.")
    .optional(),
  resetMinutes: integerSchema(1, MINUTES_MAX, "Minutes after which one further try is made.")
    .optional(),
  scope: z.enum(["per-cluster", "global"]).optional().meta({
    description:
      "Whether failures stop the volume that failed alone, or, counted over all of the policy's clusters, " +
      "every cluster of the policy as well.",
  }),
}).meta({ description: "When repeated failures stop further tries." });

/** The settings of a StoragePolicy; nothing has a default here. */
export const policySpecSchema = z.object({
  selector: selectorSchema.optional(),
  excludeClusters: excludeClustersSchema.optional(),
  dryRun: z.boolean().optional().meta({
    description: "Record what would be done, and do nothing.",
  }),
  thresholds: thresholdsSpecSchema.optional(),
  expansion: expansionSpecSchema.optional(),
  roles: rolesSpecSchema.optional(),
  maintenanceWindows: maintenanceWindowsSchema.optional(),
  walCleanup: walCleanupSpecSchema.optional(),
  circuitBreaker: circuitBreakerSpecSchema.optional(),
  alerting: alertingSpecSchema.optional(),
}).meta({
  description:
    "What the manager may do for the selected clusters, and when. A field that is absent is inherited from " +
    "the namespace's default policy, then from the chart's defaults, then from the built-in ones.",
});

/** The settings of a StoragePolicy as they are written. */
export type PolicySpec = z.infer<typeof policySpecSchema>;

/** The settings that can be inherited: all but what says which clusters are meant. */
export type InheritableSpec = Omit<PolicySpec, "selector" | "excludeClusters">;
