import assert from "node:assert/strict";

import fc from "fast-check";

import { parseDuration } from "./duration.ts";
import { parseConfig } from "./parse_config.ts";
import { editDistance, nearestKey } from "./nearest_key.ts";

const DEFAULTS = {
  metricsIntervalMs: 30_000,
  logLevel: "info",
  logFormat: "json",
  watchNamespaces: [],
  defaults: {},
  agent: {
    audience: "cnpg-storage-manager",
    listen: { host: "0.0.0.0", port: 8443 },
    tls: {
      certFile: "/etc/cnpg-storage-manager/tls/tls.crt",
      keyFile: "/etc/cnpg-storage-manager/tls/tls.key",
    },
  },
  leaderElection: {
    enabled: false,
    leaseName: "cnpg-storage-manager",
    agentService: "",
    timing: { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 },
  },
  serve: { host: "0.0.0.0", port: 8080 },
  persistence: { enabled: false, directory: "/var/lib/cnpg-storage-manager" },
  storageEvents: { retentionMs: 2_592_000_000, staleMs: 86_400_000 },
  kubernetes: { qps: 50, burst: 100, maxInFlight: 8 },
  sources: {
    kubelet: { enabled: true, caFile: "" },
    prometheus: {
      enabled: false,
      address: "",
      namespaceLabel: "namespace",
      matchers: "",
      headersFile: "",
      caFile: "",
    },
    instanceMetrics: { enabled: true },
  },
  nudge: true,
  expansionDeadlines: { controllerMs: 600_000, fileSystemMs: 600_000, operatorBusyMs: 900_000 },
};

/** Lines of the message below its first. */
function problems(text: string): string[] {
  try {
    parseConfig(text, "config.yaml");
    return [];
  } catch (error) {
    assert.ok(error instanceof Error);
    const [first, ...rest] = error.message.split("\n  ");
    assert.equal(first, "Cannot use the configuration config.yaml:");
    return rest;
  }
}

for (const [title, text] of Object.entries({ "an empty file": "", "a comment": "# nothing\n" })) {
  Deno.test(`parseConfig() gives the defaults for ${title}`, () => {
    assert.deepEqual(parseConfig(text, "config.yaml"), DEFAULTS);
  });
}

Deno.test("parseConfig() keeps the defaults beside what is set", () => {
  const text = "agent: { listen: { port: 9000 } }\ndefaults: { thresholds: { warning: 60 } }\n";
  assert.deepEqual(parseConfig(text, "config.yaml"), {
    ...DEFAULTS,
    agent: { ...DEFAULTS.agent, listen: { host: "0.0.0.0", port: 9_000 } },
    defaults: { thresholds: { warning: 60 } },
  });
});

Deno.test("parseConfig() takes the example in docs as the defaults", async () => {
  const example = new URL("../../docs/controller.example.yaml", import.meta.url);
  const { defaults, ...rest } = parseConfig(await Deno.readTextFile(example), "example");
  const { defaults: _, ...expected } = DEFAULTS;
  assert.deepEqual(rest, expected);
  assert.deepEqual(defaults, {
    dryRun: false,
    thresholds: { warning: 70, critical: 80, expansion: 85, emergency: 90 },
    expansion: { enabled: true, percentage: 50, minIncrementGi: 5, cooldownMinutes: 30 },
    walCleanup: { enabled: true, retainCount: 10, cooldownMinutes: 15 },
    circuitBreaker: { maxFailures: 3, resetMinutes: 60 },
  });
});

const PROBLEMS: Readonly<Record<string, { text: string; expected: string }>> = {
  "an unknown key that looks like a known one": {
    text: "agent:\n  listn:\n    port: 1\n",
    expected: "line 2: agent.listn: unknown key, did you mean listen?",
  },
  "an unknown key that looks like none": {
    text: "serve: { certificate: x }\n",
    expected: "line 1: serve.certificate: unknown key, expected one of host, port",
  },
  "an unknown key in the defaults of policies": {
    text: "defaults:\n  expansion:\n    maxsize: 10Gi\n",
    expected: "line 3: defaults.expansion.maxsize: unknown key, did you mean maxSize?",
  },
  "an unknown key in a list": {
    text: "defaults: { expansion: { tiers: [{ upTo: 1Ti, percentage: 10, step: 1 }] } }\n",
    expected:
      "line 1: defaults.expansion.tiers[0].step: unknown key, expected one of upTo, percentage",
  },
  "a key that is not implemented": {
    text: "webhook: { enabled: true }\n",
    expected: "line 1: webhook: unknown key, expected one of metricsInterval, logLevel, " +
      "logFormat, watchNamespaces, defaults, leaderElection, agent, serve, persistence, " +
      "storageEvents, kubernetes, sources, nudge, expansionDeadlines",
  },
  "a Prometheus without an address": {
    text: "sources:\n  prometheus: { enabled: true }\n",
    expected: "line 2: sources.prometheus.address: expected the address of Prometheus because " +
      "enabled is true, found nothing",
  },
  "an address with a password": {
    text: "sources:\n  prometheus:\n    address: https://me:secret@prometheus\n",
    expected: "line 3: sources.prometheus.address: expected an http or https address without " +
      "credentials, query and fragment",
  },
  "matchers that would end the selector": {
    text: "sources:\n  prometheus:\n    matchers: 'a=\"b\"} or up{'\n",
    expected: "line 3: sources.prometheus.matchers: expected matchers of labels such as " +
      'cluster="prod", found "a=\\"b\\"} or up{"',
  },
  "times that would not keep two from leading at once": {
    text: "nudge: true\nleaderElection: { leaseDuration: 10s }\n",
    expected: "line 2: leaderElection: expected a lease duration above the renew deadline " +
      "(10000ms), found 10000ms",
  },
  "a selector in the defaults of policies": {
    text: "defaults: { selector: {} }\n",
    expected: "line 1: defaults.selector: unknown key, expected one of dryRun, thresholds, " +
      "expansion, roles, maintenanceWindows, walCleanup, circuitBreaker",
  },
  "a maintenance window that never opens": {
    text: "defaults:\n  maintenanceWindows:\n" +
      "    - { schedule: 0 0 31 4 *, duration: 2h, timeZone: UTC }\n",
    expected: "line 1: defaults: Cannot use maintenanceWindows[0]: expected schedule to come at " +
      'all, found "0 0 31 4 *" (the chart\'s defaults)',
  },
  "a value of another type": {
    text: "\nnudge: sometimes\n",
    expected: 'line 2: nudge: expected a boolean, found "sometimes"',
  },
  "a value that is not one of a few": {
    text: "logLevel: trace\n",
    expected: 'line 1: logLevel: expected one of debug, info, warn, error, found "trace"',
  },
  "a fraction of a port": {
    text: "serve:\n  port: 80.5\n",
    expected: "line 2: serve.port: expected a whole number, found 80.5",
  },
  "a number that is too small": {
    text: "storageEvents: { retentionDays: 0 }\n",
    expected: "line 1: storageEvents.retentionDays: expected at least 1, found 0",
  },
  "a number that is too large": {
    text: "serve: { port: 65536 }\n",
    expected: "line 1: serve.port: expected at most 65535, found 65536",
  },
  "an empty text": {
    text: 'agent: { audience: "" }\n',
    expected: 'line 1: agent.audience: expected at least 1 character, found ""',
  },
  "a duration without a unit": {
    text: "metricsInterval: 30\n",
    expected: "line 1: metricsInterval: expected a duration such as 30s or 1m30s, found 30",
  },
  "a duration that is none": {
    text: "metricsInterval: 30 s\n",
    expected: 'line 1: metricsInterval: expected a duration such as 30s or 1m30s, found "30 s"',
  },
  "an interval that is too short": {
    text: "metricsInterval: 10ms\n",
    expected: 'line 1: metricsInterval: expected a duration from 1s to 1h, found "10ms"',
  },
  "an entry of a list": {
    text: "watchNamespaces:\n  - shop\n  - Bank!\n",
    expected: 'line 3: watchNamespaces[1]: expected the name of a namespace, found "Bank!"',
  },
  "a null": {
    text: "agent:\n",
    expected: "line 1: agent: expected an object, found null",
  },
  "a file that is a list": {
    text: "- agent\n",
    expected: 'line 1: expected an object, found ["agent"]',
  },
};

for (const [title, { text, expected }] of Object.entries(PROBLEMS)) {
  Deno.test(`parseConfig() refuses ${title}`, () => {
    assert.deepEqual(problems(text), [expected]);
  });
}

Deno.test("parseConfig() names all problems at once, in the order of the file", () => {
  const text = "serve:\n  port: x\nlogLevl: info\nnudge: 1\n";
  assert.deepEqual(problems(text), [
    'line 2: serve.port: expected a number, found "x"',
    "line 3: logLevl: unknown key, did you mean logLevel?",
    "line 4: nudge: expected a boolean, found 1",
  ]);
});

Deno.test("parseConfig() refuses thresholds that contradict the built-in ones", () => {
  const [problem, ...rest] = problems("defaults:\n  thresholds:\n    warning: 88\n");
  assert.deepEqual(rest, []);
  assert.match(problem ?? "", /^line 1: defaults: .*88/);
});

for (
  const [title, text] of Object.entries({
    "an indentation that is none": "agent:\n\tport: 1\n",
    "the same key twice": "nudge: true\nnudge: false\n",
    "two documents": "nudge: true\n---\nnudge: true\n",
    "an unclosed bracket": "watchNamespaces: [a\n",
  })
) {
  Deno.test(`parseConfig() refuses ${title} and names the line`, () => {
    assert.match(problems(text)[0] ?? "", /^line [123]: /);
  });
}

for (
  const [text, expectedMs] of [
    ["30s", 30_000],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["0s", 0],
    ["", undefined],
    ["30", undefined],
    ["-1s", undefined],
    ["1d", undefined],
    ["s", undefined],
    [`${"9".repeat(400)}h`, undefined],
  ] as const
) {
  Deno.test(`parseDuration() reads ${JSON.stringify(text.slice(0, 10))} as ${expectedMs}`, () => {
    assert.equal(parseDuration(text), expectedMs);
  });
}

Deno.test("nearestKey() finds a key through a slip and nothing through another word", () => {
  const keys = ["host", "port", "retentionDays"];
  assert.equal(nearestKey("prot", keys), undefined);
  assert.equal(nearestKey("prt", keys), "port");
  assert.equal(nearestKey("retention_days", keys), "retentionDays");
  assert.equal(nearestKey("certificate", keys), undefined);
  assert.equal(nearestKey("x", []), undefined);
});

Deno.test("editDistance() is a distance", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
  fc.assert(fc.property(word, word, word, (first, second, third) => {
    const distance = editDistance(first, second);
    assert.equal(distance, editDistance(second, first));
    assert.equal(distance === 0, first === second);
    assert.ok(distance <= Math.max(first.length, second.length));
    assert.ok(distance <= editDistance(first, third) + editDistance(third, second));
  }));
});
