/**
 * How volumes grow (PRD StoragePolicy `expansion`; DESIGN §5).
 *
 * @module
 */

import * as z from "zod";
import { parseBytes } from "../units/quantity.ts";
import { celRules, integerSchema, positiveSizeSchema } from "./schema_parts.ts";

/** A week: a longer cooldown is an expansion that is switched off. */
const COOLDOWN_MINUTES_MAX = 7 * 24 * 60;

/** Ten times the size at once; more is a typing error. */
const PERCENTAGE_MAX = 1000;

/** One pebibyte in a step. */
const INCREMENT_GIBIBYTES_MAX = 1024 * 1024;

/** CloudNativePG clusters have a handful of instances. */
const PARALLELISM_MAX = 100;

const TIERS_MAX = 8;

const TIERS_RULE = "each tier needs an upTo of its own";

const tierSchema = z.object({
  upTo: positiveSizeSchema("The tier applies to volumes up to this size."),
  percentage: integerSchema(1, PERCENTAGE_MAX, "Grow by this share of the size, in percent."),
});

/** How volumes grow. */
export const expansionSpecSchema = z.object({
  enabled: z.boolean().optional().meta({ description: "Whether volumes may grow at all." }),
  percentage: integerSchema(1, PERCENTAGE_MAX, "Grow by this share of the size, in percent.")
    .optional(),
  minIncrementGi: integerSchema(1, INCREMENT_GIBIBYTES_MAX, "Grow by at least this many GiB.")
    .optional(),
  maxSize: positiveSizeSchema(
    "No volume is ever asked to exceed this size. Where no policy sets it, the limit is four times the size " +
      "that the manager saw first.",
  ).optional(),
  cooldownMinutes: integerSchema(
    0,
    COOLDOWN_MINUTES_MAX,
    "Least time between two expansions of volumes of one role, in minutes. Emergencies do not wait for it.",
  ).optional(),
  writeBack: z.enum(["cluster", "none"]).optional().meta({
    description:
      "Whether the Cluster's spec is raised to the new size after the volumes have it, or is left to its " +
      "owner (GitOps).",
  }),
  parallelism: integerSchema(
    1,
    PARALLELISM_MAX,
    "How many volumes may grow at the same time, once the first has grown alone.",
  ).optional(),
  tiers: z.array(tierSchema).max(TIERS_MAX)
    .refine(haveOwnSizes, TIERS_RULE)
    .optional()
    .meta({
      description:
        "Larger volumes may grow by smaller shares: the tier with the smallest upTo that is not below the " +
        "volume's size applies, and above the last one `percentage` does.",
      "x-kubernetes-list-type": "atomic",
      ...celRules({
        rule: "self.all(tier, self.exists_one(other, " +
          "quantity(other.upTo).compareTo(quantity(tier.upTo)) == 0))",
        message: TIERS_RULE,
      }),
    }),
}).meta({ description: "How volumes grow." });

function haveOwnSizes(tiers: readonly { readonly upTo: string }[]): boolean {
  return new Set(tiers.map((tier) => sizeKey(tier.upTo))).size === tiers.length;
}

/** `1Gi` and `1024Mi` are one size; what is no size is refused by its own schema and stands for itself. */
function sizeKey(text: string): number | string {
  try {
    return parseBytes(text);
  } catch {
    return text;
  }
}
