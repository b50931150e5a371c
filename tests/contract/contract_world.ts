/**
 * What a contract case works with: one API server, reached over HTTP, and a namespace of its own there.
 *
 * @module
 */

import type { JsonObject, KubeApi, Resource } from "../../kube/api.ts";
import type { Connection } from "../../kube/connection.ts";
import { isJsonObject } from "../../kube/json.ts";
import { resourcePath } from "../../kube/request_path.ts";
import { NAMESPACE, PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { connectApi } from "../lab/api_client.ts";

/** What the server answered, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where the answer is no JSON object, as that to a watch is not. */
  readonly body: JsonObject;
}

/** A request beyond what the port can say. */
export interface RawRequest {
  /** Sent as JSON, a string as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Query parameters. */
  readonly search?: Readonly<Record<string, string>> | undefined;
  /** Asks as the bearer of this token instead of as the administrator. */
  readonly token?: string | undefined;
}

/** A ServiceAccount's token that a case needs. */
export interface TokenOrder {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
  readonly pod?: { readonly name: string; readonly uid: string } | undefined;
  /** Whether its time is over already. @default {false} */
  readonly expired?: boolean | undefined;
}

/** A server under contract. */
export interface ServerUnderContract {
  /** The administrator's. */
  readonly connection: Connection;
  /** Gives a token of a ServiceAccount that exists. */
  issueToken(order: TokenOrder): Promise<string>;
  /** Makes the server forget older states, as etcd's compaction does. */
  forgetHistory(): Promise<void>;
}

/** What one case is given. */
export interface ContractWorld {
  /** The administrator's client. */
  readonly api: KubeApi;
  /** Made for this case. Names of cluster-scoped objects begin with it. */
  readonly namespace: string;
  request(method: string, path: string, request?: RawRequest): Promise<Answer>;
  /** Path of a resource in the case's namespace, or of a cluster-scoped one. */
  path(resource: Resource, name?: string, subresource?: string): string;
  /** Merges into the status of an object in the case's namespace. */
  setStatus(resource: Resource, name: string, status: JsonObject): Promise<JsonObject>;
  /** Plays the volume binder. */
  bindClaim(name: string, capacity: string): Promise<void>;
  issueToken: ServerUnderContract["issueToken"];
  forgetHistory: ServerUnderContract["forgetHistory"];
}

/** One clause of the contract. */
export interface ContractCase {
  /** A sentence about the API server. */
  readonly name: string;
  run(world: ContractWorld): Promise<void>;
}

/** Clients of one server, and a fresh namespace for every case. */
export interface Contract extends Disposable {
  run(clause: ContractCase): Promise<void>;
}

type Request = ContractWorld["request"];

/** Opens the clients; disposing of the contract closes them. */
export function openContract(server: ServerUnderContract): Contract {
  using opening = new DisposableStack();
  const api = opening.adopt(connectApi(server.connection), (client) => client.close());
  const request = openRequests(server.connection, opening);
  const open = opening.move();
  // Two contracts may run against one server.
  const prefix = `contract-${crypto.randomUUID().slice(0, 8)}`;
  let serial = 0;
  return {
    async run(clause: ContractCase): Promise<void> {
      const namespace = `${prefix}-${++serial}`;
      await api.create(NAMESPACE, {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: namespace },
      });
      await clause.run(createWorld(server, { api, request, namespace }));
    },
    [Symbol.dispose]: () => open.dispose(),
  };
}

function createWorld(
  server: ServerUnderContract,
  parts: Pick<ContractWorld, "api" | "request" | "namespace">,
): ContractWorld {
  const { api, namespace } = parts;
  async function setStatus(
    resource: Resource,
    name: string,
    status: JsonObject,
  ): Promise<JsonObject> {
    return await api.patch(resource, { namespace, name }, { type: "merge", body: { status } }, {
      subresource: "status",
    });
  }
  return {
    ...parts,
    path: (resource, name, subresource) =>
      resourcePath(resource, {
        namespace: resource.namespaced ? namespace : undefined,
        name,
        subresource,
      }),
    setStatus,
    async bindClaim(name, capacity): Promise<void> {
      await setStatus(PERSISTENT_VOLUME_CLAIM, name, {
        phase: "Bound",
        accessModes: ["ReadWriteOnce"],
        capacity: { storage: capacity },
      });
    },
    issueToken: (order) => server.issueToken(order),
    forgetHistory: () => server.forgetHistory(),
  };
}

function openRequests(connection: Connection, opened: DisposableStack): Request {
  const { clientCertificate, token } = connection;
  const caCerts = [...connection.caCertificates ?? []];
  const admin = opened.use(Deno.createHttpClient({
    caCerts,
    http2: false,
    ...(clientCertificate === undefined
      ? {}
      : { cert: clientCertificate.cert, key: clientCertificate.key.reveal() }),
  }));
  const nobody = opened.use(Deno.createHttpClient({ caCerts, http2: false }));
  const adminToken = token.kind === "static" ? token.token.reveal() : undefined;
  return async function request(method, path, raw = {}): Promise<Answer> {
    const url = new URL(path, connection.server);
    for (const [name, value] of Object.entries(raw.search ?? {})) url.searchParams.set(name, value);
    const bearer = raw.token ?? adminToken;
    const response = await fetch(url, {
      method,
      client: raw.token === undefined ? admin : nobody,
      headers: {
        accept: "application/json",
        ...(raw.body === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...raw.headers,
      },
      body: raw.body === undefined
        ? null
        : typeof raw.body === "string"
        ? raw.body
        : JSON.stringify(raw.body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: objectOf(text) };
  };
}

function objectOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
