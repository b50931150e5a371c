/**
 * The groups, versions and verbs of what is served.
 *
 * @module
 */

import type { Resource } from "../../../kube/api.ts";
import type { ServedResource } from "../api_server.ts";

const VERBS: readonly string[] = ["create", "delete", "get", "list", "patch", "update", "watch"];

/** Groups whose objects are questions: answered when they are created, never stored. */
const REVIEW_GROUPS: readonly string[] = ["authentication.k8s.io", "authorization.k8s.io"];

/** What can be done with a kind. */
export function verbsOf({ group }: Resource): readonly string[] {
  return REVIEW_GROUPS.includes(group) ? ["create"] : VERBS;
}

/** What can be done with a subresource of a kind. */
export function subresourceVerbs(subresource: string): readonly string[] {
  return subresource === "token" ? ["create"] : ["get", "patch", "update"];
}

/** `apiVersion` of a kind's objects. */
export function groupVersion({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The groups other than the core one, each once. */
export function namedGroups(resources: readonly ServedResource[]): readonly string[] {
  const groups = new Set(resources.map(({ resource }) => resource.group));
  return [...groups].filter((group) => group !== "");
}

/** The versions of a group, the preferred one first. */
export function versionsOf(group: string, resources: readonly ServedResource[]): readonly string[] {
  const versions = resources.filter(({ resource }) => resource.group === group)
    .map(({ resource }) => resource.version);
  return [...new Set(versions)];
}

/** The kinds of a group's version. */
export function kindsOf(
  group: string,
  version: string,
  resources: readonly ServedResource[],
): readonly ServedResource[] {
  return resources.filter(({ resource }) =>
    resource.group === group && resource.version === version
  );
}
