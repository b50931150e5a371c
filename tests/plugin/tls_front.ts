/**
 * TLS before a plain API server: it knows who came, by which name it was called, and with what in hand.
 *
 * @module
 */

import { createServer as createHttpServer, request, type Server } from "node:http";
import { createServer } from "node:https";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

import { type Pki, pkiFiles } from "../lab/pki.ts";

/** Who sent a request. */
export interface Visitor {
  /** Common name of the client certificate; undefined where there was none. */
  readonly certificate: string | undefined;
  readonly authorization: string | undefined;
  readonly impersonated: string | undefined;
  readonly groups: string | undefined;
}

/** A server that passes on what it is sent. */
export interface TlsFront extends AsyncDisposable {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly visitors: readonly Visitor[];
}

/** A proxy that was asked to connect to hosts. */
export interface ConnectProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Every `host:port` that was asked for. */
  readonly targets: readonly string[];
}

/** Starts TLS before the server at `upstream`. Client certificates are welcome and checked, not demanded. */
export async function startTlsFront(pki: Pki, upstream: string): Promise<TlsFront> {
  const files = pkiFiles(pki.directory);
  const visitors: Visitor[] = [];
  const server = createServer({
    ca: pki.caCertificate,
    cert: await Deno.readTextFile(files.serverCertificate),
    key: await Deno.readTextFile(files.serverKey),
    requestCert: true,
    rejectUnauthorized: false,
  }, (incoming, response) => {
    const { authorization } = incoming.headers;
    visitors.push({
      certificate: commonNameOf(incoming.socket),
      authorization,
      impersonated: incoming.headers["impersonate-user"]?.toString(),
      groups: incoming.headers["impersonate-group"]?.toString(),
    });
    request(`${upstream}${incoming.url}`, { method: incoming.method ?? "GET" }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    }).end();
  });
  const port = await listen(server);
  return {
    url: `https://127.0.0.1:${port}`,
    visitors,
    [Symbol.asyncDispose]: () => stop(server),
  };
}

/** Starts a proxy for `CONNECT`. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const targets: string[] = [];
  const server = createHttpServer();
  // A tunnel is no connection of the server's any more: nobody else would end it.
  const sockets = new Set<Duplex>();
  server.on("connect", (incoming, socket) => {
    targets.push(incoming.url ?? "");
    const [host = "", port = ""] = (incoming.url ?? "").split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [onward, socket]) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        onward.destroy();
        socket.destroy();
      });
    }
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    targets,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await stop(server);
    },
  };
}

function commonNameOf(socket: unknown): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const name = socket.getPeerCertificate().subject?.CN;
  return Array.isArray(name) ? name[0] : name;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new TypeError("Cannot start a server: expected a port"));
    });
  });
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
