/**
 * Which cluster a request to the API server is about.
 *
 * @module
 */

import type { AuditRecord } from "../../sim/mod.ts";
import { LABEL } from "../../sim/operator/names.ts";
import { textAt } from "../../sim/component/read_json.ts";

/** `NAMESPACE/NAME`; undefined for a request about anything else. */
export function subjectOf(record: AuditRecord): string | undefined {
  const { resource, name: { namespace, name } } = record;
  const object = record.after ?? record.before ?? {};
  const cluster = nameIn(resource.plural);
  return namespace === undefined || cluster === undefined ? undefined : `${namespace}/${cluster}`;

  function nameIn(plural: string): string | undefined {
    switch (plural) {
      case "clusters":
      case "clusterstorages":
        return name;
      case "persistentvolumeclaims":
      case "pods":
        return textAt(object, "metadata", "labels", LABEL.cluster);
      case "storageevents":
        return textAt(object, "spec", "clusterRef", "name");
      case "events":
        return textAt(object, "regarding", "kind") === "Cluster"
          ? textAt(object, "regarding", "name")
          : undefined;
      default:
        return undefined;
    }
  }
}
