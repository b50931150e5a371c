/**
 * A gate in front of the API server at which writes can be stopped: right before the server gets them, or right
 * after it has answered and before the writer hears of it. Between the two lies every moment at which a writer
 * can die.
 *
 * @module
 */

import { type Lab } from "./lab.ts";
import { pkiFiles } from "./pki.ts";

const HOST = "127.0.0.1";

/** Headers that belong to one connection, and the lengths that a body has no more once it was unpacked. */
const HOP_HEADERS = ["connection", "host", "keep-alive", "transfer-encoding", "content-length"];

/** A write on its way to the API server. */
export interface Write {
  readonly method: string;
  /** Path of the object, or of the collection where it is to be created. */
  readonly path: string;
  readonly isDryRun: boolean;
}

/** On which side of the API server's work a write is stopped. */
export type Side = "before" | "after";

/** A gate. Disposing of it lets everything go. */
export interface WriteGate extends AsyncDisposable {
  /** `https://127.0.0.1:PORT`, trusted like the API server itself. */
  readonly server: string;
  /**
   * Stops the next write for which `picks` says so, and resolves once it stands still. Its writer waits for
   * an answer until {@link WriteGate.drop}.
   */
  stopNext(side: Side, picks: (write: Write) => boolean): Promise<Write>;
  /** Lets go of what stands still, unanswered, and stops nothing any more. */
  drop(): void;
}

/** What is waited for, and what has stopped. */
interface Trap {
  readonly side: Side;
  readonly picks: (write: Write) => boolean;
  readonly caught: PromiseWithResolvers<Write>;
  readonly released: PromiseWithResolvers<void>;
}

/** Opens a gate in front of a lab's API server. */
export async function startWriteGate(lab: Lab): Promise<WriteGate> {
  const files = pkiFiles(`${lab.directory}/pki`);
  const target = lab.controlPlane.server;
  const client = Deno.createHttpClient({
    caCerts: [lab.controlPlane.caCertificate],
    http2: false,
  });
  const leaving = new AbortController();
  let armed: Trap | undefined;
  let sprung: Trap | undefined;

  function spring(side: Side, write: Write): Trap | undefined {
    if (armed?.side !== side || !armed.picks(write)) return undefined;
    sprung = armed;
    armed = undefined;
    sprung.caught.resolve(write);
    return sprung;
  }

  function drop(): void {
    sprung?.released.resolve();
    [armed, sprung] = [undefined, undefined];
  }

  async function handle(request: Request): Promise<Response> {
    const { pathname, search, searchParams } = new URL(request.url);
    const write = { method: request.method, path: pathname, isDryRun: searchParams.has("dryRun") };
    const isWrite = request.method !== "GET";
    const stopped = isWrite ? spring("before", write) : undefined;
    if (stopped !== undefined) return await refuse(stopped);
    const answer = await fetch(`${target}${pathname}${search}`, {
      client,
      method: request.method,
      headers: forwarded(request.headers),
      body: isWrite ? await request.bytes() : null,
      signal: leaving.signal,
    });
    const answered = isWrite ? spring("after", write) : undefined;
    if (answered === undefined) {
      return new Response(answer.body, { status: answer.status, headers: withoutHops(answer) });
    }
    await answer.body?.cancel();
    return await refuse(answered);
  }

  const server = Deno.serve({
    hostname: HOST,
    port: 0,
    cert: await Deno.readTextFile(files.serverCertificate),
    key: await Deno.readTextFile(files.serverKey),
    onListen: () => {},
    // The writer has left, or the gate closes: there is nobody to tell.
    onError: () => new Response(null, { status: 502 }),
  }, handle);

  return {
    server: `https://${HOST}:${server.addr.port}`,
    stopNext(side, picks): Promise<Write> {
      const trap: Trap = {
        side,
        picks,
        caught: Promise.withResolvers(),
        released: Promise.withResolvers(),
      };
      armed = trap;
      return trap.caught.promise;
    },
    drop,
    async [Symbol.asyncDispose](): Promise<void> {
      drop();
      leaving.abort();
      await server.shutdown();
      client.close();
    },
  };
}

/** What a writer hears that was dropped, if it still lives. */
async function refuse({ released }: Trap): Promise<Response> {
  await released.promise;
  return new Response(null, { status: 503 });
}

function forwarded(headers: Headers): Headers {
  const copy = new Headers(headers);
  for (const name of HOP_HEADERS) copy.delete(name);
  // What is not packed need not be unpacked on the way.
  copy.set("accept-encoding", "identity");
  return copy;
}

function withoutHops({ headers }: Response): Headers {
  const copy = new Headers(headers);
  for (const name of HOP_HEADERS) copy.delete(name);
  return copy;
}
