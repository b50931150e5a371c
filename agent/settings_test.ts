import assert from "node:assert/strict";
import { createFakeClock } from "../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../kube/testing/recording_logger.ts";
import { parseConfig } from "./config.ts";
import { createSettings, keepReloading, readConfig, RELOAD_MS } from "./settings.ts";

function fileWith(text: () => string): (path: string) => Promise<string> {
  return (path) => {
    assert.equal(path, "/agent.yaml");
    const found = text();
    return found === "" ? Promise.reject(new Error("no such file")) : Promise.resolve(found);
  };
}

Deno.test("readConfig() reads YAML", async () => {
  const { config, problems } = await readConfig({
    file: "/agent.yaml",
    environment: {},
    readTextFile: fileWith(() => "controller:\n  url: https://controller:8443\n"),
  });
  assert.equal(config.controller.url, "https://controller:8443");
  assert.deepEqual(problems, []);
});

Deno.test("readConfig() takes the environment alone when there is no file", async () => {
  const { config, problems } = await readConfig({
    environment: { STORAGE_AGENT_ROOT: "/mnt" },
    readTextFile: () => Promise.reject(new Error("not asked for")),
  });
  assert.equal(config.root, "/mnt");
  assert.deepEqual(problems, []);
});

for (
  const [name, text] of Object.entries({
    "is missing": "",
    "is no YAML": "a: [",
    "is too large": "#".repeat(2_000_000),
  })
) {
  Deno.test(`readConfig() falls back to the environment when the file ${name}`, async () => {
    const { config, problems } = await readConfig({
      file: "/agent.yaml",
      environment: { STORAGE_AGENT_ROOT: "/mnt" },
      readTextFile: fileWith(() => text),
    });
    assert.equal(config.root, "/mnt");
    assert.match(problems[0] ?? "", /\/agent\.yaml is not used/);
  });
}

Deno.test("createSettings() logs once that it is degraded and once that it is mended", async () => {
  const logger = createRecordingLogger();
  const clock = createFakeClock();
  let text = "root: mnt";
  const source = { file: "/agent.yaml", environment: {}, readTextFile: fileWith(() => text) };
  const settings = await createSettings(source, logger);
  const stop = new AbortController();
  let reloads = 0;
  const reloading = keepReloading(settings, clock, () => reloads++, stop.signal);
  await clock.advance(2 * RELOAD_MS);
  assert.equal(settings.problems().length, 1);
  assert.deepEqual(logger.lines.map(({ level }) => level), ["error"]);

  text = "root: /mnt";
  await clock.advance(RELOAD_MS);
  assert.deepEqual(settings.problems(), []);
  assert.equal(settings.config().root, "/mnt");
  assert.deepEqual(logger.lines.map(({ level }) => level), ["error", "info"]);

  text = "";
  await clock.advance(RELOAD_MS);
  assert.equal(settings.config().root, "/mnt", "a file that vanished leaves what it said");
  assert.equal(settings.problems().length, 1);
  assert.equal(reloads, 4);
  stop.abort();
  await reloading;
});

Deno.test("docs/agent.example.yaml shows the defaults, and nothing that does not exist", async () => {
  const { config, problems } = await readConfig({
    file: new URL("../docs/agent.example.yaml", import.meta.url).pathname,
    environment: {},
    readTextFile: Deno.readTextFile,
  });
  assert.deepEqual(problems, []);
  const { url, ...controller } = config.controller;
  assert.match(url ?? "", /^https:/);
  const defaults = parseConfig(undefined, {}).config;
  assert.deepEqual({ ...config, controller }, defaults);
});
