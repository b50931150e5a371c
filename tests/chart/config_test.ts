import assert from "node:assert/strict";
import { BUILT_IN_DEFAULTS } from "../../lib/policy/defaults.ts";
import { parseConfig } from "../../controller/config/parse_config.ts";
import { isJsonObject } from "../../kube/json.ts";
import { at } from "../lab/claim.ts";
import { chartTest, PREFIX, type Values } from "./helm.ts";
import { configOf } from "./rendered_config.ts";
import { FOREIGN_VALUE_SETS, VALUE_SETS } from "./value_sets.ts";

/** A value by its path, what it is set to, and what must then be where in the configuration. */
type Reach = readonly [path: string, value: unknown, effect?: Readonly<Record<string, unknown>>];

const DAY_MS = 24 * 60 * 60_000;

/** Every value that the configuration has a place for. Without an effect, the place has the value's path. */
const REACHES: readonly Reach[] = [
  ["controller.metricsInterval", "1m30s", { metricsIntervalMs: 90_000 }],
  ["controller.logLevel", "warn", { logLevel: "warn" }],
  ["controller.logFormat", "text", { logFormat: "text" }],
  ["controller.listenHost", "::", { "agent.listen.host": "::", "serve.host": "::" }],
  ["controller.leaderElection.enabled", false, {
    "leaderElection.enabled": false,
    "leaderElection.agentService": "",
  }],
  ["controller.leaderElection.leaseDuration", "1m", {
    "leaderElection.timing.leaseDurationMs": 60_000,
  }],
  ["controller.leaderElection.renewDeadline", "12s", {
    "leaderElection.timing.renewDeadlineMs": 12_000,
  }],
  ["controller.leaderElection.retryPeriod", "3s", {
    "leaderElection.timing.retryPeriodMs": 3_000,
  }],
  ["watchNamespaces", ["one", "two"], {
    watchNamespaces: ["one", "two"],
    "sources.kubelet.enabled": false,
  }],
  ["agent.audience", "somebody: else"],
  ["persistence.enabled", false],
  ["storageEvents.retentionDays", 3650, { "storageEvents.retentionMs": 3650 * DAY_MS }],
  ["storageEvents.staleMinutes", 60, { "storageEvents.staleMs": 60 * 60_000 }],
  ["kubernetes.qps", 1.5],
  ["kubernetes.burst", 10_000],
  ["kubernetes.maxInFlight", 256],
  ["nudge", false],
  ["sources.kubelet.enabled", false],
  ["sources.kubelet.caFile", "/kubelets/ca.crt"],
  ["sources.prometheus", { enabled: true, address: "http://prometheus:9090" }, {
    "sources.prometheus.enabled": true,
    "sources.prometheus.address": "http://prometheus:9090",
  }],
  ["sources.prometheus.address", "https://prometheus.monitoring.svc:9090"],
  ["sources.prometheus.namespaceLabel", "exported_namespace"],
  ["sources.prometheus.matchers", 'cluster="prod",'],
  ["sources.prometheus.headersFile", "/prometheus/headers"],
  ["sources.prometheus.caFile", "/prometheus/ca.crt"],
  ["sources.instanceMetrics.enabled", false],
  ["expansionDeadlines.controllerMinutes", 1440, {
    "expansionDeadlines.controllerMs": 1440 * 60_000,
  }],
  ["expansionDeadlines.fileSystemMinutes", 1, { "expansionDeadlines.fileSystemMs": 60_000 }],
  ["expansionDeadlines.operatorBusyMinutes", 2, { "expansionDeadlines.operatorBusyMs": 120_000 }],
  ["defaults.dryRun", true],
  ["defaults.thresholds.warning", 1],
  ["defaults.thresholds.critical", 71],
  ["defaults.thresholds.expansion", 88],
  ["defaults.thresholds.emergency", 99],
  ["defaults.thresholds.minFree", "10Gi"],
  ["defaults.thresholds.inodes", 50],
  ["defaults.expansion.enabled", false],
  ["defaults.expansion.percentage", 1000],
  ["defaults.expansion.minIncrementGi", 1_048_576],
  ["defaults.expansion.maxSize", "2Ti"],
  ["defaults.expansion.cooldownMinutes", 0],
  ["defaults.expansion.writeBack", "none"],
  ["defaults.expansion.parallelism", 100],
  ["defaults.expansion.tiers", [{ upTo: "100Gi", percentage: 20 }]],
  ["defaults.walCleanup.enabled", false],
  ["defaults.walCleanup.retainCount", 100_000],
  ["defaults.walCleanup.requireArchived", false],
  ["defaults.walCleanup.cooldownMinutes", 0],
  ["defaults.circuitBreaker.maxFailures", 100],
  ["defaults.circuitBreaker.resetMinutes", 1],
  ["defaults.circuitBreaker.scope", "global"],
];

await chartTest("the chart's own values are the controller's own defaults", async () => {
  const built = parseConfig("", "empty");
  const { defaults, ...rest } = await configOf();
  // In the chart a leader is elected also where one process runs: there may be a moment with two.
  const leaderElection = {
    ...built.leaderElection,
    enabled: true,
    leaseName: PREFIX,
    agentService: PREFIX,
  };
  // By hand there is no directory yet.
  const persistence = { ...built.persistence, enabled: true };
  const expected = { ...built, leaderElection, persistence, defaults: {} };
  assert.deepEqual({ ...rest, defaults: {} }, expected);
  for (const [path, value] of Object.entries(leaves(defaults))) {
    assert.deepEqual(at(BUILT_IN_DEFAULTS, ...path.split(".")), value, path);
  }
});

await chartTest("every value reaches its place in the configuration, and no other", async () => {
  const base = leaves(await configOf());
  for (const [path, value, effect = { [path]: value }] of REACHES) {
    const found = leaves(await configOf(nested(path, value)));
    const changed = Object.fromEntries(
      Object.entries(found).filter(([place, now]) =>
        JSON.stringify(base[place]) !== JSON.stringify(now)
      ),
    );
    assert.deepEqual(changed, effect, path);
  }
});

await chartTest("what no value reaches is where the pod listens and mounts", async () => {
  const reached = new Set(
    REACHES.flatMap(([path, value, effect = { [path]: value }]) => Object.keys(effect)),
  );
  const fixed = Object.keys(leaves(await configOf())).filter((place) => !reached.has(place));
  assert.deepEqual(fixed.sort(), [
    "agent.listen.port",
    "agent.tls.certFile",
    "agent.tls.keyFile",
    "leaderElection.leaseName",
    "persistence.directory",
    "serve.port",
  ]);
});

await chartTest("a default that is taken away leaves the built-in one", async () => {
  const config = await configOf({ defaults: { expansion: { percentage: null } } });
  assert.equal(config.defaults.expansion?.percentage, undefined);
  assert.equal(config.defaults.expansion?.minIncrementGi, 5);
});

for (const [name, values] of [...VALUE_SETS, ...FOREIGN_VALUE_SETS]) {
  await chartTest(`the controller takes the configuration of the chart with ${name}`, async () => {
    const config = await configOf(values);
    assert.equal(config.serve.port, 8080);
  });
}

/** Values by path; a list is one value. */
function leaves(value: unknown, prefix = ""): Record<string, unknown> {
  if (!isJsonObject(value)) return { [prefix]: value };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, child]) =>
      leaves(child, prefix === "" ? key : `${prefix}.${key}`)
    ),
  );
}

function nested(path: string, value: unknown): Values {
  const [first = "", ...rest] = path.split(".");
  return { [first]: rest.length === 0 ? value : nested(rest.join("."), value) };
}
