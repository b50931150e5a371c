/**
 * What a request is about, before anything is done for it.
 *
 * @module
 */

import type { Call } from "../../faults/fault_plan.ts";
import type { ApiServer } from "../api_server.ts";
import { ANONYMOUS, type StaticUsers, unauthorized, userOf } from "./caller.ts";
import type { HttpRequest } from "./http_message.ts";
import { isWatch } from "./query.ts";
import { bodyObject, isDryRunRequest, nameOf, type ResourceRequest } from "./resource_verbs.ts";
import { isResourcePath, routeOf } from "./route.ts";
import { methodNotAllowed, type StatusTarget } from "./status.ts";

/** A request for objects and the call that it is to a fault plan. */
export interface UnderstoodRequest {
  readonly request: ResourceRequest;
  readonly call: Call;
}

const VERBS: ReadonlyMap<string, Call["verb"]> = new Map([
  ["POST", "create"],
  ["PUT", "update"],
  ["PATCH", "patch"],
  ["DELETE", "delete"],
]);

/**
 * Understands a request; undefined if it is for discovery or health, which are open to anyone.
 *
 * @throws {ApiError} 401 without a valid token, 404 for a path that leads nowhere, 400 for an unreadable body.
 */
export function understand(
  http: HttpRequest,
  server: Pick<ApiServer, "identify" | "resources">,
  users: StaticUsers,
): UnderstoodRequest | undefined {
  const user = userOf(http.token, server, users);
  if (!isResourcePath(http.path)) return undefined;
  if (user === ANONYMOUS) throw unauthorized();
  const route = routeOf(http.path, server.resources);
  const request = { http, route, user, object: bodyObject(http) };
  const verb = http.method === "GET" ? readVerb(request) : VERBS.get(http.method);
  if (verb === undefined) throw methodNotAllowed();
  const name = verb === "list" || verb === "watch"
    ? { namespace: route.namespace, name: "" }
    : nameOf(request);
  const { resource } = route.served;
  return { request, call: { user, verb, resource, name, dryRun: isDryRunRequest(request) } };
}

/** What a failure of the request is about. */
export function targetOf({ call }: UnderstoodRequest): StatusTarget {
  const { group, kind, plural } = call.resource;
  return { group, kind, plural, name: call.name.name };
}

function readVerb({ http, route }: ResourceRequest): Call["verb"] {
  if (route.name !== undefined) return "get";
  return isWatch(http.search) ? "watch" : "list";
}
