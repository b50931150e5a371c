/**
 * Runs the plugin within the process, against an API server on a loopback port.
 *
 * @module
 */

import { createFetchApi } from "../../kube/fetch_api.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { type FakeApiServer, startFakeApiServer } from "../../kube/testing/fake_api_server.ts";
import type { ConnectionFlags } from "../connect/connection_flags.ts";
import type { OpenedApi, PluginPorts } from "../ports.ts";
import { runPlugin } from "../run_plugin.ts";
import { NAMESPACE, NOW_MS, sampleObjects } from "./sample_objects.ts";

/** What a command said and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Starts a server that holds the samples. */
export async function startSampleServer(): Promise<FakeApiServer> {
  const server = await startFakeApiServer();
  for (const [path, object] of sampleObjects()) server.objects.put(path, object);
  return server;
}

/** Runs one command line against a server. */
export async function runAgainst(
  server: FakeApiServer,
  args: readonly string[],
  colour = false,
): Promise<Outcome> {
  let out = "";
  let error = "";
  const ports: PluginPorts = {
    writeOut: (text) => {
      out += text;
    },
    writeError: (text) => {
      error += text;
    },
    colour,
    clock: { ...systemClock, now: () => NOW_MS },
    openApi: (flags: ConnectionFlags): Promise<OpenedApi> => {
      const api = createFetchApi({ server: server.url, token: { kind: "none" } }, {
        clock: systemClock,
        random: () => 0,
        readTextFile: () => Promise.reject(new Deno.errors.NotFound()),
        userAgent: "test",
      });
      const namespace = flags.namespace ?? NAMESPACE;
      return Promise.resolve({ api, namespace, close: () => api.close() });
    },
  };
  const code = await runPlugin(args, ports);
  return { code, out, error };
}
