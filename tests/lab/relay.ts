/**
 * A line to a server that can go dead: nothing arrives any more, and nobody is told.
 *
 * @module
 */

const HOST = "127.0.0.1";
const CHUNK_BYTES = 64 * 1024;

/** A line. Disposing of it ends it and all connections over it. */
export interface Relay extends Disposable {
  readonly port: number;
  /**
   * The connections of this moment carry nothing any more, in either direction, and stay open: what a firewall
   * does that has forgotten them. New ones work.
   */
  freeze(): void;
  /** New connections carry nothing either, until {@link Relay.mend}. */
  cut(): void;
  /** New connections work again; the frozen ones stay as they are. */
  mend(): void;
}

/** Both ends of one connection. */
interface Pair {
  readonly ends: Deno.Conn[];
  isFrozen: boolean;
}

/** Opens a line to a port of this machine. */
export function startRelay(targetPort: number): Relay {
  const listener = Deno.listen({ hostname: HOST, port: 0 });
  const pairs = new Set<Pair>();
  let isCut = false;

  async function serve(incoming: Deno.Conn): Promise<void> {
    const pair: Pair = { ends: [incoming], isFrozen: isCut };
    pairs.add(pair);
    if (isCut) return;
    try {
      const outgoing = await Deno.connect({ hostname: HOST, port: targetPort });
      pair.ends.push(outgoing);
      await Promise.race([pump(incoming, outgoing, pair), pump(outgoing, incoming, pair)]);
    } catch {
      // Nobody listens, or one of the two has left: the other one is told below.
    }
    if (!pair.isFrozen) hangUp(pair);
  }

  function hangUp(pair: Pair): void {
    pairs.delete(pair);
    pair.ends.forEach(close);
  }

  function freeze(): void {
    for (const pair of pairs) pair.isFrozen = true;
  }

  async function accept(): Promise<void> {
    for await (const incoming of listener) void serve(incoming);
  }
  void accept();

  return {
    port: listener.addr.port,
    freeze,
    cut(): void {
      isCut = true;
      freeze();
    },
    mend(): void {
      isCut = false;
    },
    [Symbol.dispose](): void {
      listener.close();
      pairs.forEach(hangUp);
    },
  };
}

/** Carries bytes one way until their end, or until the line is dead. */
async function pump(from: Deno.Conn, to: Deno.Conn, pair: Pair): Promise<void> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let count = await from.read(chunk); count !== null; count = await from.read(chunk)) {
    for (let sent = 0; sent < count;) {
      if (pair.isFrozen) return;
      sent += await to.write(chunk.subarray(sent, count));
    }
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
