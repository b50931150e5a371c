/**
 * Limits and parts that the schemas of StorageEvents share.
 *
 * @module
 */

import type * as z from "zod";
import { textSchema } from "../policy/schema_parts.ts";

/** Longest message or error that a StorageEvent carries; longer ones are clipped when written. */
export const EVENT_MESSAGE_LENGTH_MAX = 4096;

const REASON_LENGTH_MAX = 128;
const UID_LENGTH_MAX = 64;

/** UID of a claim. */
export function uidSchema(description: string): z.ZodString {
  return textSchema(UID_LENGTH_MAX, description);
}

/** A word of the product's vocabulary of reasons. */
export function reasonSchema(description: string): z.ZodString {
  return textSchema(REASON_LENGTH_MAX, description);
}
