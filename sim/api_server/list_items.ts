/**
 * Objects as they stand in lists.
 *
 * @module
 */

import type { ListPage, Resource } from "../../kube/api.ts";
import { isCustom } from "./api_version.ts";
import { without } from "./json_value.ts";

/** A page as clients get it: in lists of built-in kinds only the list says what its items are. */
export function asListed(resource: Resource, page: ListPage): ListPage {
  if (isCustom(resource)) return page;
  return { ...page, items: page.items.map((item) => without(item, "apiVersion", "kind")) };
}
