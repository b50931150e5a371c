/**
 * The answer to a list.
 *
 * @module
 */

import * as z from "zod";

import type { JsonObject, ListPage } from "./api.ts";
import { isJsonObject } from "./json.ts";

const listSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string().default(""),
    continue: z.string().optional(),
  }),
  // The API server writes null for a list without items now and then.
  items: z.array(z.custom<JsonObject>(isJsonObject)).nullish(),
});

/**
 * Parses one page. Items of built-in kinds carry neither `kind` nor `apiVersion` in a list.
 *
 * @throws {TypeError} if the object is no list.
 */
export function parseListPage(object: JsonObject, path: string): ListPage {
  const list = listSchema.safeParse(object);
  if (!list.success) {
    throw new TypeError(`Cannot list ${path}: expected metadata and items, found something else`);
  }
  const { metadata, items } = list.data;
  return {
    items: items ?? [],
    resourceVersion: metadata.resourceVersion,
    continue: metadata.continue === "" ? undefined : metadata.continue,
  };
}
