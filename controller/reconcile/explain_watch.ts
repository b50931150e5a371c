/**
 * Says what keeps the controller from knowing a resource, and what helps.
 *
 * @module
 */

import { API_GROUP } from "../../lib/policy/api_group.ts";
import { OPERATOR_GROUP } from "../../lib/policy/operator_names.ts";
import type { WatchState } from "../observe/observer.ts";
import type { WatchTrouble } from "../observe/scoped_reflector.ts";
import { HEARD_WITHIN_MS } from "./watch_health.ts";

/** Who brings the definition of a resource, by its API group. */
const PROVIDERS: Readonly<Record<string, string>> = {
  [OPERATOR_GROUP]: "install CloudNativePG",
  [API_GROUP]: "install this product's chart, which brings its CustomResourceDefinitions",
};

/** Undefined while the picture of the resource can be relied on. */
export function explainWatch(state: WatchState): string | undefined {
  const { synced, silentForMs, trouble } = state;
  const name = qualifiedName(state);
  if (synced && silentForMs !== undefined && silentForMs <= HEARD_WITHIN_MS) return undefined;
  if (trouble !== undefined) return `${name}: ${explainTrouble(name, state.group, trouble)}`;
  if (!synced) return `${name}: not listed yet`;
  return `${name}: nothing was heard for ${Math.round((silentForMs ?? 0) / 1_000)} s`;
}

/** What helps comes last: who is on call reads the end of a line. */
function explainTrouble(name: string, group: string, trouble: WatchTrouble): string {
  const { verb, code, message, namespace } = trouble;
  const scope = namespace === undefined ? "all namespaces" : `namespace ${namespace}`;
  switch (code) {
    case 401:
      return `the API server does not accept the controller's token (401) to ${verb} it`;
    case 403:
      return `the right to ${verb} it in ${scope} is missing (403); give the controller's ` +
        `ServiceAccount the verbs get, list and watch on ${name} (docs/rbac.example.yaml)`;
    case 404: {
      const cure = PROVIDERS[group] ?? "use an API server that serves it";
      return `the API server does not serve it (404); ${cure}`;
    }
    default:
      return message;
  }
}

function qualifiedName({ resource, group }: WatchState): string {
  return group === "" ? resource : `${resource}.${group}`;
}
