import assert from "node:assert/strict";
import {
  inquiryFlags,
  parseAccessNeeds,
  permissionFlags,
  sameAccess,
  supervisorFlags,
} from "./permissions.ts";

const ENVIRONMENT = "--allow-env=POD_NAMESPACE,POD_NAME,STORAGE_AGENT_CONTROLLER_URL," +
  "STORAGE_AGENT_CONTROLLER_CA,STORAGE_AGENT_CONTROLLER_CA_FILE," +
  "STORAGE_AGENT_CONTROLLER_TOKEN_FILE,STORAGE_AGENT_ROOT,STORAGE_AGENT_LOG_LEVEL," +
  "LOG_STREAM,LOG_TOKENS,PGAPPNAME,PGTARGETSESSIONATTRS";

const NEEDS = { root: "/", controllerHost: "controller:8443", files: ["/token", "/ca.crt"] };

Deno.test("permissionFlags() allows the mounts, the files, one address and statfs, and nothing else", () => {
  assert.deepEqual(permissionFlags(NEEDS), [
    "--no-prompt",
    "--cached-only",
    "--allow-net=controller:8443",
    "--allow-read=/var/lib/postgresql/data,/var/lib/postgresql/wal," +
    "/var/lib/postgresql/tablespaces,/token,/ca.crt",
    "--allow-sys=statfs",
    ENVIRONMENT,
  ]);
});

Deno.test("permissionFlags() allows no address when none is configured", () => {
  const flags = permissionFlags({ root: "/mnt", files: [] });
  assert.ok(!flags.some((flag) => flag.startsWith("--allow-net")));
  assert.ok(flags.includes(
    "--allow-read=/mnt/var/lib/postgresql/data,/mnt/var/lib/postgresql/wal," +
      "/mnt/var/lib/postgresql/tablespaces",
  ));
});

Deno.test("permissionFlags() lets a comma in a path not end the path", () => {
  const flags = permissionFlags({ root: "/", files: ["/a,/etc"] });
  assert.ok(flags.some((flag) => flag.endsWith(",/a,,/etc")));
});

Deno.test("inquiryFlags() allows the configuration file at most", () => {
  const common = ["--no-prompt", "--cached-only"];
  assert.deepEqual(inquiryFlags(undefined), [...common, ENVIRONMENT]);
  assert.deepEqual(inquiryFlags("/agent.yaml"), [
    ...common,
    "--allow-read=/agent.yaml",
    ENVIRONMENT,
  ]);
});

Deno.test("supervisorFlags() allows to start deno and nothing else", () => {
  assert.deepEqual(supervisorFlags("/bin/deno"), [
    "--no-prompt",
    "--cached-only",
    "--allow-run=/bin/deno",
  ]);
});

Deno.test("parseAccessNeeds() reads back what JSON made of needs", () => {
  const { controllerHost: _, ...without } = NEEDS;
  for (const needs of [NEEDS, without]) {
    assert.deepEqual(parseAccessNeeds(JSON.stringify(needs)), needs);
  }
});

for (
  const text of [
    "null",
    "[]",
    '{"root":1,"files":[]}',
    '{"root":"/"}',
    '{"root":"/","files":[1]}',
    '{"root":"/","files":[],"controllerHost":1}',
  ]
) {
  Deno.test(`parseAccessNeeds() refuses ${text}`, () => {
    assert.throws(() => parseAccessNeeds(text), TypeError);
  });
}

Deno.test("sameAccess() sees any difference", () => {
  assert.ok(sameAccess(NEEDS, { ...NEEDS }));
  assert.ok(!sameAccess(NEEDS, { ...NEEDS, root: "/mnt" }));
  assert.ok(!sameAccess(NEEDS, { ...NEEDS, controllerHost: undefined }));
  assert.ok(!sameAccess(NEEDS, { ...NEEDS, files: ["/token"] }));
});
