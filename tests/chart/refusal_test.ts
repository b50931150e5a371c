import assert from "node:assert/strict";
import { chartTest, render, type Values } from "./helm.ts";
import { configOf } from "./rendered_config.ts";

/** Values that are refused, and what Helm says then: each message names the value. */
const REFUSED: readonly (readonly [values: Values, message: RegExp])[] = [
  // What the request document names and nothing does yet.
  [{ alerting: { slack: { enabled: true } } }, /additional properties 'alerting' not allowed/],
  [{ grafanaDashboard: { enabled: true } }, /additional properties 'grafanaDashboard' not allowed/],
  [{ webhook: { enabled: true } }, /additional properties 'webhook' not allowed/],
  [{ controller: { replicas: 4 } }, /at '\/controller\/replicas': maximum: got 4, want 3/],
  [{ controller: { replicas: 0 } }, /at '\/controller\/replicas': minimum: got 0, want 1/],
  // Slips of the pen.
  [{ persistence: { size: 1 } }, /at '\/persistence\/size': got number, want string/],
  [{ persistence: { size: "1 Gi" } }, /at '\/persistence\/size': '1 Gi' does not match pattern/],
  [
    { persistence: { accessMode: "ReadOnlyMany" } },
    /at '\/persistence\/accessMode': value must be one of 'ReadWriteOnce'/,
  ],
  [{ contoller: {} }, /at '': additional properties 'contoller' not allowed/],
  [
    { controller: { logLevel: "loud" } },
    /at '\/controller\/logLevel': value must be one of 'debug'/,
  ],
  [
    { controller: { metricsInterval: 30 } },
    /at '\/controller\/metricsInterval': got number, want string/,
  ],
  [
    { controller: { metricsInterval: "30" } },
    /at '\/controller\/metricsInterval': '30' does not match/,
  ],
  [{ watchNamespaces: "prod" }, /at '\/watchNamespaces': got string, want array/],
  [{ watchNamespaces: ["Prod"] }, /at '\/watchNamespaces\/0': 'Prod' does not match pattern/],
  [{ watchNamespaces: ["prod", "prod"] }, /at '\/watchNamespaces': items at 0 and 1 are equal/],
  [
    { defaults: { thresholds: { warning: 100 } } },
    /at '\/defaults\/thresholds\/warning': maximum: got 100/,
  ],
  [
    { defaults: { expansion: { maxSize: 100 } } },
    /at '\/defaults\/expansion\/maxSize': got number/,
  ],
  [
    { defaults: { expansion: { maxSze: "1Ti" } } },
    /at '\/defaults\/expansion': additional properties 'maxSze'/,
  ],
  [{ defaults: { selector: {} } }, /at '\/defaults': additional properties 'selector' not allowed/],
  [{ defaults: { alerting: {} } }, /at '\/defaults': additional properties 'alerting' not allowed/],
  [{ storageEvents: { retentionDays: 0 } }, /at '\/storageEvents\/retentionDays': minimum: got 0/],
  [{ kubernetes: { qps: 0 } }, /at '\/kubernetes\/qps': minimum: got 0/],
  [{ kubernetes: { burst: 1.5 } }, /at '\/kubernetes\/burst': got number, want integer/],
  [{ image: { pullPolicy: "Sometimes" } }, /at '\/image\/pullPolicy': value must be one of/],
  [{ podLabels: { a: 1 } }, /at '\/podLabels\/a': got number, want string/],
  [{ agent: null }, /at '': missing property 'agent'/],
  // Values that contradict each other.
  [
    { defaults: { thresholds: { warning: 81 } } },
    /defaults\.thresholds\.critical: expected at least warning \(81\), found 80/,
  ],
  [
    { defaults: { thresholds: { critical: null, expansion: 60 } } },
    /defaults\.thresholds\.expansion: expected at least warning \(70\), found 60/,
  ],
  [
    { defaults: { roles: { wal: { thresholds: { warning: 82 } } } } },
    /defaults\.roles\.wal\.thresholds\.critical: expected at least warning \(82\), found 80/,
  ],
  [
    { defaults: { roles: { disk: {} } } },
    /at '\/defaults\/roles': additional properties 'disk' not allowed/,
  ],
  [
    { defaults: { maintenanceWindows: [{ schedule: "0 2 * * *", duration: "2h" }] } },
    /at '\/defaults\/maintenanceWindows\/0': missing property 'timeZone'/,
  ],
  [
    { agent: { tls: { existingSecret: "mine", certManager: { enabled: true } } } },
    /agent\.tls: expected existingSecret or certManager\.enabled, found both/,
  ],
  [
    { agent: { tls: { certManager: { enabled: true } } } },
    /agent\.tls\.certManager\.issuerRef\.name: expected the name of an issuer, found none/,
  ],
  [
    { controller: { replicas: 2, leaderElection: { enabled: false } } },
    /controller\.replicas: expected 1 because controller\.leaderElection\.enabled is false, found 2/,
  ],
  [
    { serviceAccount: { create: false } },
    /serviceAccount\.name: expected the name of an account/,
  ],
];

/** Sizes and durations, which a schema can only compare by their form: the controller refuses them at its start. */
const REFUSED_LATER: readonly (readonly [values: Values, message: RegExp])[] = [
  [{ controller: { metricsInterval: "2h" } }, /metricsInterval: expected a duration from 1s to 1h/],
  [
    { controller: { leaderElection: { leaseDuration: "10s" } } },
    /leaderElection: expected a lease duration above the renew deadline/,
  ],
  [
    { defaults: { expansion: { maxSize: "0" } } },
    /defaults\.expansion\.maxSize: expected a size above zero/,
  ],
];

for (const [values, message] of REFUSED) {
  await chartTest(`the chart refuses ${JSON.stringify(values)}`, async () => {
    const { ok, text } = await render(values);
    assert.equal(ok, false, "it was taken");
    assert.match(text, message);
  });
}

for (const [values, message] of REFUSED_LATER) {
  await chartTest(`the controller refuses ${JSON.stringify(values)}`, async () => {
    await assert.rejects(configOf(values), message);
  });
}

await chartTest("what Helm gives to every subchart is not refused", async () => {
  assert.ok((await render({ global: { imageRegistry: "registry.example" } })).ok);
});
