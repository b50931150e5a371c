import assert from "node:assert/strict";
import { systemClock } from "../kube/system_clock.ts";
import { createRecordingLogger } from "../kube/testing/recording_logger.ts";
import { toConfig } from "./config/config.ts";
import { configFileSchema } from "./config/config_schema.ts";
import { createNoHistory } from "./history/no_history.ts";
import { runController, type RunDependencies } from "./run_controller.ts";
import { testFile } from "./serve/testing/test_file.ts";

/** Nobody listens there: the API server stays unreachable. */
const KUBECONFIG = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "c",
  contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
  clusters: [{ name: "k", cluster: { server: "http://127.0.0.1:1" } }],
  users: [{ name: "u", user: { token: "t" } }],
});

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function dependencies(
  ports: readonly [number, number],
  kubeconfig = KUBECONFIG,
): RunDependencies & { logger: ReturnType<typeof createRecordingLogger> } {
  const [reports, status] = ports;
  const host = "127.0.0.1";
  return {
    config: toConfig(configFileSchema.parse({
      agent: {
        listen: { host, port: reports },
        tls: { certFile: "first.crt", keyFile: "first.key" },
      },
      serve: { host, port: status },
    })),
    kubeconfigFile: "kubeconfig",
    environment: () => undefined,
    readTextFile: (path) => path === "kubeconfig" ? Promise.resolve(kubeconfig) : testFile(path),
    isNotFound: () => false,
    openHistory: createNoHistory,
    readMemory: () => ({ residentBytes: 1, heapBytes: 1 }),
    clock: systemClock,
    random: () => 0,
    logger: createRecordingLogger(),
  };
}

Deno.test("runController() rejects where the kubeconfig is none", async () => {
  const run = runController(dependencies([1, 2], "no: kubeconfig"), new AbortController().signal);
  await assert.rejects(run, /kubeconfig/);
});

Deno.test("runController() names an address that is taken, and leaves nothing open", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = freePort();
  for (const ports of [[taken.addr.port, free], [free, taken.addr.port]] as const) {
    const run = runController(dependencies(ports), new AbortController().signal);
    await assert.rejects(run, {
      message: `Cannot listen on 127.0.0.1 port ${taken.addr.port}`,
    });
    Deno.listen({ hostname: "127.0.0.1", port: free }).close();
  }
});

Deno.test("runController() serves its state, and ends in order when it is told to", async () => {
  const status = freePort();
  const given = dependencies([freePort(), status]);
  const stop = new AbortController();
  const running = runController(given, stop.signal);
  while (!given.logger.lines.some(({ message }) => message === "the controller runs")) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const ready = await fetch(`http://127.0.0.1:${status}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /pods: not listed yet|pods: Cannot/);
  const metrics = await (await fetch(`http://127.0.0.1:${status}/metrics`)).text();
  assert.match(metrics, /reflector_synced\{resource="pods"\} 0/);
  stop.abort();
  await running;
  const messages = given.logger.lines.map(({ message }) => message)
    .filter((message) => message.startsWith("the controller"));
  assert.deepEqual(messages, [
    "the controller runs",
    "the controller stops",
    "the controller has stopped",
  ]);
  Deno.listen({ hostname: "127.0.0.1", port: status }).close();
});
