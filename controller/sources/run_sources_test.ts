import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { Redacted } from "../../kube/redacted.ts";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import { until } from "../../kube/testing/until.ts";
import { millis } from "../../lib/units/millis.ts";
import { sourcesSchema } from "../config/sources_schema.ts";
import { testFile } from "../serve/testing/test_file.ts";
import { runSources } from "./run_sources.ts";
import { createFakeMeasuring, type FakeMeasuring, sourceTarget } from "./testing/fake_measuring.ts";
import { startKubeletServer, summaryOf } from "./testing/kubelet_server.ts";

const INTERVAL_MS = millis(30_000);
const AUTHORITY = await testFile("authority.crt");

/** Lets the sources ask once, and gives what they said when `done` is. */
async function askOnce(
  sources: unknown,
  port: number,
  done: (measuring: FakeMeasuring) => boolean,
): Promise<FakeMeasuring> {
  const clock = createFakeClock();
  const measuring = createFakeMeasuring();
  measuring.targets = [sourceTarget({ podAddress: undefined })];
  const stopping = new AbortController();
  const node: JsonObject = {
    status: {
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  };
  const running = runSources({
    config: { metricsIntervalMs: INTERVAL_MS, sources: sourcesSchema.parse(sources) },
    api: { get: () => Promise.resolve(node) },
    connection: {
      server: "https://kubernetes",
      caFile: "/cluster-ca",
      token: { kind: "static", token: new Redacted("secret-token") },
    },
    observer: measuring,
    leads: () => true,
    clock,
    logger: createRecordingLogger(),
    readTextFile: (path) =>
      path === "/kubelet-ca" ? Promise.resolve(AUTHORITY) : Promise.resolve(""),
  }, stopping.signal);
  await clock.advance(2 * INTERVAL_MS);
  await until(() => done(measuring), "the sources have said something");
  stopping.abort();
  await running;
  return measuring;
}

Deno.test("runSources() asks kubelets that the configured authority vouches for", async () => {
  await using server = await startKubeletServer(() => Response.json(summaryOf([{}])));
  const sources = { kubelet: { caFile: "/kubelet-ca" }, instanceMetrics: { enabled: false } };
  await askOnce(sources, server.port, ({ taken }) => taken.length === 1);
  assert.deepEqual(server.tokens, ["Bearer secret-token"]);
});

Deno.test("runSources() trusts kubelets as it trusts the API server, where nothing else is said", async () => {
  await using server = await startKubeletServer();
  const { problems } = await askOnce({}, server.port, ({ problems }) => problems.size > 0);
  assert.deepEqual([...problems.values()].map(({ reason }) => reason), [
    "KubeletCertificateUnverified",
  ]);
  assert.deepEqual(server.tokens, []);
});
