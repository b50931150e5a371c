import assert from "node:assert/strict";
import type { ControllerConfig } from "./config.ts";
import { loadConfig } from "./load_config.ts";
import { parseConfig } from "./parse_config.ts";

function load(text: string): Promise<ControllerConfig> {
  return loadConfig("config.yaml", { readTextFile: () => Promise.resolve(text) });
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

Deno.test("loadConfig() reads the file that it is told", async () => {
  const config = await loadConfig("/etc/config.yaml", {
    readTextFile: (path) => Promise.resolve(`agent: { audience: "${path}" }`),
  });
  assert.equal(config.agent.audience, "/etc/config.yaml");
});

Deno.test("loadConfig() says which file it can't read, and why", async () => {
  const cause = new Error("permission denied");
  await assert.rejects(
    loadConfig("/etc/config.yaml", { readTextFile: () => Promise.reject(cause) }),
    { message: "Cannot read the configuration /etc/config.yaml", cause },
  );
});

Deno.test("loadConfig() takes JSON for what it is in YAML", async () => {
  const values = [
    null,
    {},
    { nudge: false, watchNamespaces: ["shop", "blog"], kubernetes: { qps: 12.5 } },
    { metricsInterval: "10s", defaults: { thresholds: { warning: 60 } } },
  ];
  for (const value of values) {
    const text = pretty(value);
    assert.deepEqual(await load(text), parseConfig(text, "config.yaml"));
  }
});

Deno.test("loadConfig() refuses JSON with the lines of what is wrong", async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [pretty({ nudge: true, serve: { port: 0 } }), /line 4: serve\.port: /],
    [pretty({ nudge: true, nugde: true }), /line 3: nugde: unknown key/],
    [pretty({ defaults: { thresholds: { warning: 99 } } }), /line 2: defaults: /],
    [pretty([]), /line 1: expected an object/],
    ['{\n  "nudge": true,\n  "nudge": false\n}\n', /line 3: .*unique/],
  ];
  for (const [text, expected] of cases) await assert.rejects(load(text), expected);
});
