import assert from "node:assert/strict";
import fc from "fast-check";
import { accessNeeds, parseConfig } from "./config.ts";

const DEFAULTS = parseConfig(undefined, {}).config;

Deno.test("parseConfig() gives defaults when there is nothing", () => {
  assert.deepEqual(parseConfig(null, {}), { config: DEFAULTS, problems: [] });
  assert.equal(DEFAULTS.root, "/");
  assert.equal(DEFAULTS.controller.url, undefined);
  assert.equal(DEFAULTS.intervals.sampleMs, 1_000);
  assert.equal(DEFAULTS.intervals.reportMs, 30_000);
});

Deno.test("parseConfig() lets the environment win over the file", () => {
  const { config, problems } = parseConfig({
    controller: { url: "https://file:1", caFile: "/ca" },
    pod: { name: "file" },
  }, {
    STORAGE_AGENT_CONTROLLER_URL: "https://environment:2",
    POD_NAME: "pod-1",
    POD_NAMESPACE: "",
  });
  assert.deepEqual(problems, []);
  assert.equal(config.controller.url, "https://environment:2");
  assert.equal(config.controller.caFile, "/ca");
  assert.deepEqual(config.pod, { name: "pod-1" });
});

const WRONG: Record<string, { document: unknown; problem: RegExp }> = {
  "the address is plain http": {
    document: { controller: { url: "http://controller:8443" } },
    problem: /controller\.url is replaced by its default: expected https/,
  },
  "the address holds credentials": {
    document: { controller: { url: "https://me:secret@controller" } },
    problem: /controller\.url/,
  },
  "the address would widen the permission flag": {
    document: { controller: { url: "https://a,b" } },
    problem: /controller\.url/,
  },
  "a path is relative": { document: { root: "mnt" }, problem: /root .* absolute path/ },
  "an interval is a text": {
    document: { intervals: { sampleMs: "fast" } },
    problem: /intervals\.sampleMs/,
  },
  "an interval is too short": { document: { intervals: { sampleMs: 1 } }, problem: /sampleMs/ },
  "a section is a list": { document: { intervals: [1] }, problem: /intervals is replaced/ },
  "a level is unknown": { document: { logLevel: "loud" }, problem: /logLevel/ },
  "a field is unknown": { document: { controler: {} }, problem: /controler is ignored: no such/ },
  "a nested field is unknown": { document: { pod: { id: 1 } }, problem: /pod\.id is ignored/ },
  "the document is a text": { document: "hello", problem: /expected a mapping, found string/ },
};

for (const [name, { document, problem }] of Object.entries(WRONG)) {
  Deno.test(`parseConfig() replaces only the wrong field and says so when ${name}`, () => {
    const { config, problems } = parseConfig(document, {});
    assert.deepEqual(config, DEFAULTS);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", problem);
    assert.doesNotMatch(problems.join(), /secret/);
  });
}

Deno.test("parseConfig() keeps the right fields beside wrong ones", () => {
  const { config, problems } = parseConfig({
    controller: { url: "https://controller", caFile: "ca.crt" },
    intervals: { sampleMs: 500, reportMs: -1 },
    pod: { name: 7, namespace: "db" },
  }, {});
  assert.equal(problems.length, 3);
  assert.equal(config.controller.url, "https://controller");
  assert.equal(config.intervals.sampleMs, 500);
  assert.equal(config.intervals.reportMs, 30_000);
  assert.deepEqual(config.pod, { namespace: "db" });
});

Deno.test("parseConfig() gives a configuration whatever the document is", () => {
  fc.assert(fc.property(fc.jsonValue(), (document) => {
    const { config, problems } = parseConfig(document, {});
    assert.equal(parseConfig(config, {}).problems.length, 0);
    assert.ok(problems.every((problem) => problem.length <= 512));
  }));
});

Deno.test("accessNeeds() names the controller's host and port and every file", () => {
  const { config } = parseConfig({
    controller: { url: "https://controller.db.svc/base", caFile: "/ca", tokenFile: "/token" },
    root: "/mnt",
  }, {});
  assert.deepEqual(accessNeeds(config, "/config.yaml"), {
    root: "/mnt",
    controllerHost: "controller.db.svc:443",
    files: ["/token", "/ca", "/config.yaml"],
  });
  assert.equal(accessNeeds(DEFAULTS, undefined).controllerHost, undefined);
});
