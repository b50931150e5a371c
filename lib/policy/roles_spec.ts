/**
 * What holds for the volumes of one role only (DESIGN §7, optional blocks).
 *
 * @module
 */

import * as z from "zod";
import { expansionSpecSchema } from "./expansion_spec.ts";
import { thresholdsSpecSchema } from "./thresholds_spec.ts";

/** The kinds of volume that may have settings of their own. */
export const ROLE_KINDS = ["data", "wal", "tablespaces"] as const;

/** A kind of volume; all tablespaces are of one kind. */
export type RoleKind = typeof ROLE_KINDS[number];

/** What holds for the volumes of one role only. */
export const rolesSpecSchema = z.object({
  data: roleSpecSchema("Volumes of PGDATA; pg_wal is on them where the Cluster has no walStorage."),
  wal: roleSpecSchema("Volumes of pg_wal (the Cluster's walStorage)."),
  tablespaces: roleSpecSchema("Volumes of tablespaces, all of them."),
}).meta({
  description:
    "What holds for the volumes of one role only. A field that is set here goes before the same field of " +
    "thresholds or expansion, whichever layer of inheritance says the one and the other.",
});

function roleSpecSchema(
  description: string,
): z.ZodOptional<
  z.ZodObject<{
    thresholds: z.ZodOptional<typeof thresholdsSpecSchema>;
    expansion: z.ZodOptional<typeof expansionSpecSchema>;
  }>
> {
  return z.object({
    thresholds: thresholdsSpecSchema.optional(),
    expansion: expansionSpecSchema.optional(),
  }).meta({ description }).optional();
}
