/**
 * Which clusters a StoragePolicy is about (PRD StoragePolicy `selector`, `excludeClusters`).
 *
 * @module
 */

import * as z from "zod";
import { celRules, OBJECT_NAME_LENGTH_MAX, objectNameSchema } from "./schema_parts.ts";

/** Longest label key: a DNS prefix, a slash and a name of 63 characters. */
const LABEL_KEY_LENGTH_MAX = OBJECT_NAME_LENGTH_MAX + 1 + 63;
const LABEL_VALUE_LENGTH_MAX = 63;
const SELECTOR_TERMS_MAX = 32;
const EXCLUDED_CLUSTERS_MAX = 256;

/** Operators of a label selector, as in Kubernetes. */
export const SELECTOR_OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

const VALUES_RULE = "In and NotIn need values, Exists and DoesNotExist take none";

const matchExpressionSchema = z.object({
  key: z.string().min(1).max(LABEL_KEY_LENGTH_MAX).meta({ description: "The label's key." }),
  operator: z.enum(SELECTOR_OPERATORS).meta({
    description: "How the label is compared. NotIn and DoesNotExist also match where it is absent.",
  }),
  values: z.array(z.string().max(LABEL_VALUE_LENGTH_MAX)).max(SELECTOR_TERMS_MAX).optional().meta({
    description: "The values to compare with, for In and NotIn.",
    "x-kubernetes-list-type": "atomic",
  }),
}).refine(
  ({ operator, values }) => takesValues(operator) === ((values?.length ?? 0) > 0),
  VALUES_RULE,
).meta(celRules({
  rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
  message: VALUES_RULE,
}));

/** A label selector over CloudNativePG Clusters. */
export const selectorSchema = z.object({
  matchLabels: z.record(
    z.string().max(LABEL_KEY_LENGTH_MAX),
    z.string().max(LABEL_VALUE_LENGTH_MAX),
  )
    .refine(
      (labels) => Object.keys(labels).length <= SELECTOR_TERMS_MAX,
      `expected at most ${SELECTOR_TERMS_MAX} labels`,
    )
    .optional()
    .meta({
      description: "Labels that the Cluster must carry with exactly these values.",
      maxProperties: SELECTOR_TERMS_MAX,
    }),
  matchExpressions: z.array(matchExpressionSchema).max(SELECTOR_TERMS_MAX).optional().meta({
    description: "Further requirements; all of them must hold.",
    "x-kubernetes-list-type": "atomic",
  }),
}).meta({
  description:
    "Selects Clusters of the policy's own namespace by their labels; `cnpg.io/cluster` stands for the " +
    "Cluster's name. Empty or absent: the policy is the default of its namespace.",
});

/** Clusters that the policy leaves alone although it selects them. */
export const excludeClustersSchema = z.array(z.object({
  name: objectNameSchema("Name of the Cluster."),
  namespace: objectNameSchema("Namespace of the Cluster; the policy's own where absent.")
    .optional(),
})).max(EXCLUDED_CLUSTERS_MAX).meta({
  description: "Clusters that the policy leaves alone although it selects them.",
  "x-kubernetes-list-type": "atomic",
});

/** A label selector. */
export type Selector = z.infer<typeof selectorSchema>;
/** One requirement of a label selector. */
export type MatchExpression = z.infer<typeof matchExpressionSchema>;
/** A Cluster that a policy leaves alone. */
export type ExcludedCluster = z.infer<typeof excludeClustersSchema>[number];

function takesValues(operator: typeof SELECTOR_OPERATORS[number]): boolean {
  return operator === "In" || operator === "NotIn";
}
