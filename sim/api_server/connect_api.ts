/**
 * The asynchronous KubeApi port of a simulated server, as a client sees it whose connection may fail.
 *
 * @module
 */

import type {
  CallOptions,
  JsonObject,
  KubeApi,
  ListPage,
  ObjectName,
  Resource,
  WatchEvent,
  WatchOptions,
  WatchQuery,
  WriteOptions,
} from "../../kube/api.ts";
import type { Clock, Random } from "../../kube/clock.ts";
import { objectPath, resourcePath } from "../../kube/request_path.ts";
import { carriesResourceVersion, isIdempotentPatch, withRetries } from "../../kube/retry.ts";
import type { Call, Fault, FaultPlan } from "../faults/fault_plan.ts";
import type { ApiServer, RequestOptions } from "./api_server.ts";
import { brokenConnection, makeCall } from "./faulty_call.ts";
import { asListed } from "./list_items.ts";
import { createWatchBuffer } from "./watch_buffer.ts";

/** Who connects, and how well. */
export interface ConnectOptions {
  readonly user: string;
  readonly clock: Clock;
  /** @default {noFaults} */
  readonly faults?: FaultPlan | undefined;
  /**
   * With it, calls that may be sent twice are sent again after failures that pass, as `createFetchApi` does;
   * without, every call is tried once.
   */
  readonly random?: Random | undefined;
}

interface Request<Result> {
  readonly verb: Call["verb"];
  readonly resource: Resource;
  readonly name: ObjectName;
  readonly subresource?: string | undefined;
  readonly idempotent: boolean;
  serve(): Result;
}

/** Makes one kind of call. */
type Send = <Result>(
  request: Request<Result>,
  options: CallOptions & Pick<WriteOptions, "dryRun">,
) => Promise<Result>;

const METHODS: Readonly<Record<Call["verb"], string>> = {
  get: "GET",
  list: "GET",
  watch: "GET",
  create: "POST",
  patch: "PATCH",
  update: "PUT",
  delete: "DELETE",
};

/** Connects a client. It has no timers of its own: only delays and retries sleep, on the given clock. */
export function connectApi(server: ApiServer, options: ConnectOptions): KubeApi {
  const send = createSend(options);
  const { user } = options;
  return {
    ...readMethods(server, user, send),
    ...writeMethods(server, user, send),
    watch: (resource, query, watchOptions = {}) =>
      watchEvents(server, options, resource, query, watchOptions),
  };
}

function createSend({ user, clock, faults, random }: ConnectOptions): Send {
  return async function send<Result>(
    request: Request<Result>,
    options: CallOptions & Pick<WriteOptions, "dryRun">,
  ): Promise<Result> {
    const { verb, resource, name } = request;
    const action = actionOf(request);
    const dryRun = options.dryRun === true;
    const attempt = () =>
      makeCall({
        action,
        fault: faults?.({ user, verb, resource, name, dryRun }),
        clock,
        options,
        serve: request.serve,
      });
    if (random === undefined || !request.idempotent) return await attempt();
    return await withRetries(attempt, { clock, random }, options.signal);
  };
}

function actionOf({ verb, resource, name, subresource }: Omit<Request<never>, "serve">): string {
  const { namespace } = name;
  const path = verb === "list" || verb === "watch" || verb === "create"
    ? resourcePath(
      resource,
      name.name === "" ? { namespace } : { namespace, name: name.name, subresource },
    )
    : objectPath(resource, { ...name, subresource });
  return `${METHODS[verb]} ${path}`;
}

function readMethods(server: ApiServer, user: string, send: Send): Pick<KubeApi, "get" | "list"> {
  return {
    async get(resource, name, options = {}): Promise<JsonObject> {
      const serve = () => server.get(resource, name, { user });
      return await send({ verb: "get", resource, name, idempotent: true, serve }, options);
    },
    async list(resource, query, options = {}): Promise<ListPage> {
      const name = { namespace: query.namespace, name: "" };
      const serve = () => asListed(resource, server.list(resource, query, { user }));
      return await send({ verb: "list", resource, name, idempotent: true, serve }, options);
    },
  };
}

function writeMethods(
  server: ApiServer,
  user: string,
  send: Send,
): Pick<KubeApi, "create" | "patch" | "replace" | "delete"> {
  return {
    async create(resource, object, options = {}): Promise<JsonObject> {
      const { namespace, subresource } = options;
      const name = { namespace, name: options.name ?? "" };
      const serve = () =>
        server.create(resource, object, {
          ...requestOptions(user, options),
          namespace,
          name: options.name,
        });
      return await send(
        { verb: "create", resource, name, subresource, idempotent: false, serve },
        options,
      );
    },
    async patch(resource, name, patch, options = {}): Promise<JsonObject> {
      const { subresource } = options;
      const idempotent = isIdempotentPatch(patch);
      const serve = () => server.patch(resource, name, patch, requestOptions(user, options));
      return await send({ verb: "patch", resource, name, subresource, idempotent, serve }, options);
    },
    async replace(resource, name, object, options = {}): Promise<JsonObject> {
      const { subresource } = options;
      const idempotent = carriesResourceVersion(object);
      const serve = () => server.replace(resource, name, object, requestOptions(user, options));
      return await send(
        { verb: "update", resource, name, subresource, idempotent, serve },
        options,
      );
    },
    async delete(resource, name, options = {}): Promise<void> {
      const { uid, resourceVersion } = options;
      const idempotent = uid !== undefined || resourceVersion !== undefined;
      const serve = () => server.delete(resource, name, { user, uid, resourceVersion });
      await send({ verb: "delete", resource, name, idempotent, serve }, options);
    },
  };
}

function requestOptions(
  user: string,
  { fieldManager, dryRun, subresource }: WriteOptions,
): RequestOptions {
  return { user, fieldManager, dryRun, subresource };
}

async function* watchEvents(
  server: ApiServer,
  { user, clock, faults }: ConnectOptions,
  resource: Resource,
  query: WatchQuery,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, void> {
  const name = { namespace: query.namespace, name: "" };
  const action = actionOf({ verb: "watch", resource, name, idempotent: true });
  const fault = faults?.({ user, verb: "watch", resource, name, dryRun: false });
  const buffer = createWatchBuffer();
  const { signal } = options;
  const onAbort = () => buffer.fail(signal?.reason);
  using open = new DisposableStack();
  /** A request that arrives after the client has left opens nothing. */
  function serve(): void {
    const leave = server.watch(resource, query, buffer, { user });
    if (open.disposed) leave();
    else open.defer(leave);
  }
  await makeCall({ action, fault, clock, options, serve });
  try {
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    buffer.startLimit();
    options.onAccepted?.();
    for (let events = 0;; events++) {
      await sufferFault(fault, events, action, signal);
      const event = await buffer.next();
      if (event === undefined) return;
      yield event;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Breaks the watch, or silences it until it is aborted, once so many events have come. */
async function sufferFault(
  fault: Fault | undefined,
  events: number,
  action: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (fault?.kind === "watch-cut" && events >= fault.afterEvents) throw brokenConnection(action);
  if (fault?.kind !== "watch-deaf" || events < fault.afterEvents) return;
  await new Promise((_resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
