/**
 * Adapter: the Transport port on Deno's own fetch.
 *
 * @module
 */

import { raceAbort } from "./abort.ts";
import type { Clock } from "./clock.ts";
import type { Connection, ReadTextFile } from "./connection.ts";
import { shareReads } from "./shared_read.ts";
import type { Transport, TransportRequest } from "./transport.ts";

/** A rotated CA is honoured after this long; the old and the new one overlap for days. */
const CA_CHECK_MS = 60_000;

/** Below the 90 s after which a Go server closes idle connections, so that we are first. */
const IDLE_CONNECTION_MS = 60_000;

/** As many idle connections as the limiter lets requests be in flight; watches hold theirs. */
const POOL_IDLE_CONNECTIONS_MAX = 24;

/** What the transport takes from the outside. */
export interface DenoTransportDependencies {
  readonly clock: Clock;
  readonly readTextFile: ReadTextFile;
  /** @default {Deno.createHttpClient} */
  readonly createHttpClient?: ((options: HttpClientOptions) => Deno.HttpClient) | undefined;
  /**
   * How long a connection is kept that does nothing. Shorter than the server keeps it: a request that meets a
   * connection on its way out is lost.
   *
   * @default {60_000, for the API server}
   */
  readonly idleConnectionMs?: number | undefined;
}

type HttpClientOptions =
  | Deno.CreateHttpClientOptions
  | (
    & Deno.CreateHttpClientOptions
    & Deno.TlsCertifiedKeyPem
  );

/**
 * Creates a transport over `Deno.createHttpClient`.
 *
 * HTTP/2 is off: Deno sends no pings, so a connection whose peer vanished would swallow every later
 * request, while HTTP/1.1 opens another one (kubernetes.md B4).
 */
export function createDenoTransport(
  connection: Connection,
  dependencies: DenoTransportDependencies,
): Transport {
  const createHttpClient = dependencies.createHttpClient ?? Deno.createHttpClient;
  const { idleConnectionMs = IDLE_CONNECTION_MS } = dependencies;
  const readCa = createCaReader(connection, dependencies);
  let caFileText: string | undefined;
  let client: Deno.HttpClient | undefined;

  function renew(): void {
    client?.close();
    client = undefined;
  }

  return {
    async send(request: TransportRequest, signal: AbortSignal): Promise<Response> {
      const text = await raceAbort(readCa(), signal);
      if (text !== caFileText) renew();
      caFileText = text;
      client ??= createHttpClient(clientOptions(connection, text, idleConnectionMs));
      request.beforeSend?.();
      return await fetch(request.url, {
        client,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        redirect: "manual",
        signal,
      });
    },
    renew,
    close: renew,
  };
}

function clientOptions(
  connection: Connection,
  caFileText: string | undefined,
  idleConnectionMs: number,
): HttpClientOptions {
  const options: Deno.CreateHttpClientOptions = {
    caCerts: [...connection.caCertificates ?? [], ...caFileText === undefined ? [] : [caFileText]],
    http1: true,
    http2: false,
    poolIdleTimeout: idleConnectionMs,
    poolMaxIdlePerHost: POOL_IDLE_CONNECTIONS_MAX,
  };
  if (connection.clientCertificate === undefined) return options;
  const { cert, key } = connection.clientCertificate;
  return { ...options, cert, key: key.reveal() };
}

/**
 * Reads the CA file at most once a minute. Once it was readable, a failure to read it leaves the last
 * content in force: kubelet swaps these files, and a lost CA must not cost a working connection.
 */
function createCaReader(
  connection: Connection,
  { clock, readTextFile }: DenoTransportDependencies,
): () => Promise<string | undefined> {
  const readShared = shareReads(readTextFile);
  let text: string | undefined;
  let readMs = Number.NEGATIVE_INFINITY;
  return async function readCa(): Promise<string | undefined> {
    if (connection.caFile === undefined || clock.monotonic() - readMs < CA_CHECK_MS) return text;
    try {
      text = await readShared(connection.caFile);
    } catch (cause) {
      if (text === undefined) {
        throw new Error(`Cannot read the CA file ${connection.caFile}`, { cause });
      }
    }
    readMs = clock.monotonic();
    return text;
  };
}
