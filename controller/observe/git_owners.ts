/**
 * Which sizes of a Cluster's spec a GitOps tool declares.
 *
 * Managed fields are a large part of an object; nothing of them is kept but the answer.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { DeclaredSize, GitOwner } from "../../lib/view/cluster.ts";
import type { Role } from "../../lib/view/role.ts";
import { items, lenient } from "./tolerant.ts";

/**
 * Field managers of the tools: Argo CD writes as `argocd-controller`, and as `argocd-application-controller`
 * where it goes around server-side apply (argoproj/argo-cd#20815); Flux's controllers write under their own
 * names, and earlier releases as `flux`.
 */
const TOOLS: Readonly<Record<string, GitOwner["tool"]>> = {
  "argocd-controller": "argocd",
  "argocd-application-controller": "argocd",
  "kustomize-controller": "flux",
  "helm-controller": "flux",
  "flux": "flux",
  "flux-client-side-apply": "flux",
};

const entrySchema = z.object({
  manager: z.string(),
  subresource: lenient(z.string()),
  fieldsV1: z.custom<JsonObject>(isJsonObject),
});

const objectSchema = z.object({
  metadata: z.object({ managedFields: items(entrySchema) }).catch({ managedFields: [] }),
  spec: z.unknown().optional(),
});

/** Reads who declares the sizes in use; an object whose managed fields are left out has no owners. */
export function readGitOwners(
  object: JsonObject,
  declaredSizes: readonly DeclaredSize[],
): readonly GitOwner[] | undefined {
  const parsed = objectSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const owners = parsed.data.metadata.managedFields.flatMap((entry): GitOwner[] => {
    const tool = Object.hasOwn(TOOLS, entry.manager) ? TOOLS[entry.manager] : undefined;
    if (tool === undefined || entry.subresource !== undefined) return [];
    return declaredSizes
      .filter((declared) => owns(entry.fieldsV1, declared))
      .map(({ role }) => ({ role, tool, fieldManager: entry.manager }));
  });
  return owners.length === 0 ? undefined : owners;
}

/** Whether a set of fields has the one in which a size is declared. */
function owns(fields: JsonObject, { role, field }: DeclaredSize): boolean {
  const size = field === "size"
    ? ["f:size"]
    : ["f:pvcTemplate", "f:resources", "f:requests", "f:storage"];
  const spec = at(fields, ["f:spec"]);
  if (spec === undefined) return false;
  if (role === "data") return at(spec, ["f:storage", ...size]) !== undefined;
  if (role === "wal") return at(spec, ["f:walStorage", ...size]) !== undefined;
  const list = at(spec, ["f:tablespaces"]);
  if (list === undefined) return false;
  // A list without keys has one owner as a whole.
  const isWhole = Object.keys(list).length === 0;
  return isWhole || at(list, [keyOf(role), "f:storage", ...size]) !== undefined;
}

/** How managed fields name an item of a list whose key is its name. */
function keyOf(role: Role): string {
  return `k:${JSON.stringify({ name: role.slice("tbs:".length) })}`;
}

function at(fields: JsonObject, path: readonly string[]): JsonObject | undefined {
  let found: unknown = fields;
  for (const key of path) {
    if (!isJsonObject(found)) return undefined;
    found = found[key];
  }
  return isJsonObject(found) ? found : undefined;
}
