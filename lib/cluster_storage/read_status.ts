/**
 * Reads what can be read of a ClusterStorage's status.
 *
 * @module
 */

import type * as z from "zod";

/**
 * The fields of an object that fit its schema; those that do not are left out, whoever wrote them. A status is
 * our own and is written anew in any case: what must not be lost by one odd field are the others.
 */
export function readFitting<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
): z.output<Schema> | undefined {
  const whole = schema.safeParse(value);
  if (whole.success) return whole.data;
  const fitting = whole.error.issues.reduce((rest, { path }) => without(rest, path), value);
  return schema.safeParse(fitting).data;
}

/** A copy without what lies at a path; inside of lists nothing is cut out, they go as a whole. */
function without(value: unknown, [name, ...path]: readonly PropertyKey[]): unknown {
  if (!isRecord(value) || typeof name !== "string") return undefined;
  const { [name]: odd, ...rest } = value;
  return path.length > 0 && isRecord(odd) ? { ...rest, [name]: without(odd, path) } : rest;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
