import assert from "node:assert/strict";

import type { ClusterResult } from "./scene.ts";
import { UNFINISHED } from "./story/describe.ts";
import { invitation, shortInvitation, summary } from "./texts.ts";
import { noColours } from "./view/paint.ts";

function result(changes: Partial<ClusterResult> = {}): ClusterResult {
  return {
    namespace: "shop",
    name: "orders",
    incident: "tables grow",
    outcome: "All have grown",
    ok: true,
    detectedMs: 1_619,
    requestedMs: 1_749,
    resolvedMs: 78_546,
    ...changes,
  };
}

function summarised(...clusters: readonly ClusterResult[]): string[] {
  return summary({ ok: clusters.every(({ ok }) => ok), seed: 1, clusters }, noColours);
}

Deno.test("summary() tells every end in whole seconds, and that all is well", () => {
  assert.deepEqual(summarised(result()), [
    "",
    "✓ shop/orders: tables grow",
    "    All have grown",
    "    noticed after 2 s, asked after 2 s, over after 1 min 19 s",
    "",
    "1 of 1 clusters ended as they should.",
  ]);
});

Deno.test("summary() leaves out times that there are not", () => {
  const untimed = { detectedMs: null, requestedMs: null, resolvedMs: null };
  assert.deepEqual(summarised(result(untimed)).slice(2, 4), ["    All have grown", ""]);
});

Deno.test("summary() counts those that ended otherwise", () => {
  const lines = summarised(result(), result({ ok: false, outcome: "It is full" }));
  assert.equal(lines[4], "✗ shop/orders: tables grow");
  assert.equal(lines.at(-1), "1 of 2 clusters ended otherwise than they should.");
});

Deno.test("summary() does not blame a story that was not over", () => {
  const lines = summarised(result(), result({ ok: false, outcome: UNFINISHED }));
  assert.equal(lines[4], "› shop/orders: tables grow");
  assert.equal(lines.at(-1), "Ended before 1 of 2 stories were over.");
});

Deno.test("invitation() names what to type in another terminal", () => {
  const lines = invitation({
    kubeconfigFile: "/tmp/a/kubeconfig",
    metricsUrl: "http://127.0.0.1:1/metrics",
    logFile: "/tmp/a/manager.log",
  });
  for (
    const text of [
      "export KUBECONFIG=/tmp/a/kubeconfig",
      "curl http://127.0.0.1:1/metrics",
    ]
  ) {
    assert.equal(lines.includes(`  ${text}`), true, text);
  }
});

Deno.test("shortInvitation() fits a terminal of 80 columns", () => {
  const lines = shortInvitation({
    kubeconfigFile: "/tmp/cnpg-storage-demo-369d1f42042d34f9/kubeconfig",
    metricsUrl: "http://127.0.0.1:65535/metrics",
  });
  for (const line of lines) assert.ok(line.length <= 80, line);
});
