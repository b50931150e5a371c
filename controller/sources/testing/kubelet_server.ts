/**
 * A kubelet's HTTPS server on the loopback address, for tests.
 *
 * Adapter: a listening socket.
 *
 * @module
 */

import { testFile } from "../../serve/testing/test_file.ts";

/** What one kubelet answers with, and what it was asked. */
export interface KubeletServer extends AsyncDisposable {
  readonly port: number;
  /** The `Authorization` of every request that came through. */
  readonly tokens: (string | null)[];
  answer(request: Request): Response | Promise<Response>;
}

/** Starts a server whose certificate is by the authority of the test data, for 127.0.0.1 and localhost. */
export async function startKubeletServer(
  answer: (request: Request) => Response | Promise<Response> = () => Response.json({ pods: [] }),
): Promise<KubeletServer> {
  const tokens: (string | null)[] = [];
  const running = Deno.serve({
    hostname: "0.0.0.0",
    port: 0,
    cert: await testFile("first.crt"),
    key: await testFile("first.key"),
    onListen(): void {},
  }, (request) => {
    tokens.push(request.headers.get("authorization"));
    return server.answer(request);
  });
  const server: KubeletServer = {
    port: running.addr.port,
    tokens,
    answer,
    async [Symbol.asyncDispose](): Promise<void> {
      await running.shutdown();
    },
  };
  return server;
}

/** What a test may say about a volume in a summary. */
export interface VolumeStatsFields {
  readonly podUid?: string | undefined;
  readonly namespace?: string | undefined;
  readonly claimName?: string | undefined;
  /** Merged over the volume. */
  readonly stats?: Readonly<Record<string, unknown>> | undefined;
}

/** A summary with one pod for each volume: 10 GiB, of which 4 are used, at 12:00:00 on the node's clock. */
export function summaryOf(volumes: readonly VolumeStatsFields[]): unknown {
  return {
    node: { nodeName: "node-1" },
    pods: volumes.map(({ podUid, namespace = "shop", claimName = "orders-1", stats }) => ({
      podRef: { name: "orders-1", namespace, uid: podUid ?? "orders-1-pod-uid" },
      containers: [],
      volume: [
        { name: "scratch-data", time: "2026-01-01T12:00:00Z", capacityBytes: 1, usedBytes: 1 },
        {
          name: "pgdata",
          time: "2026-01-01T12:00:00Z",
          capacityBytes: 10 * 1_024 ** 3,
          usedBytes: 4 * 1_024 ** 3,
          availableBytes: 6 * 1_024 ** 3,
          inodes: 1_000,
          inodesFree: 900,
          inodesUsed: 100,
          pvcRef: { name: claimName, namespace },
          ...stats,
        },
      ],
    })),
  };
}
