import assert from "node:assert/strict";
import { listDocument, reportDocument } from "./present/document.ts";
import { PLUGIN_VERSION } from "./version.ts";
import { runAgainst, startSampleServer } from "./testing/run_sample.ts";
import { GROWING, productPath } from "./testing/sample_objects.ts";

/** Command lines, and the file that holds what each prints. */
const GOLDEN: Readonly<Record<string, readonly string[]>> = {
  "status": ["status"],
  "status_wide": ["status", "-A", "-o", "wide"],
  "status_orders": ["status", "orders"],
  "status_orders_wide": ["status", "orders", "-o", "wide"],
  "explain_orders": ["explain", "orders"],
  "explain_billing": ["explain", "billing"],
  "explain_legacy": ["explain", "legacy"],
  "explain_dark": ["explain", "dark"],
  "help": ["--help"],
  "help_status": ["status", "--help"],
};

for (const [name, args] of Object.entries(GOLDEN)) {
  Deno.test(`kubectl cnpg-storage ${args.join(" ")} prints testdata/${name}.txt`, async () => {
    await using server = await startSampleServer();
    const expected = await Deno.readTextFile(new URL(`testdata/${name}.txt`, import.meta.url));
    assert.deepEqual(await runAgainst(server, args), { code: 0, out: expected, error: "" });
  });
}

Deno.test("status and explain print JSON and YAML of the documented shape", async () => {
  await using server = await startSampleServer();
  const list = await runAgainst(server, ["status", "-o", "json"]);
  const { items } = listDocument.strict().parse(JSON.parse(list.out));
  assert.deepEqual(items.map(({ name, state }) => [name, state]), [
    ["billing", "limit-reached"],
    ["orders", "growing"],
    ["dark", "unmanaged"],
    ["legacy", "paused"],
    ["calm", "healthy"],
  ]);
  const status = await runAgainst(server, ["status", "orders", "-o", "json"]);
  const report = reportDocument.strict().parse(JSON.parse(status.out));
  assert.equal(report.operations?.[0]?.goal, "grow role data from 10 GiB to 20 GiB");
  assert.equal(report.events?.length, 2);
  const yaml = await runAgainst(server, ["explain", "billing", "-o", "yaml"]);
  assert.match(
    yaml.out,
    /^apiVersion: cli\.cnpg\.supporttools\.io\/v1\nkind: ClusterStorageReport\n/,
  );
  assert.match(yaml.out, /command: kubectl edit storagepolicy\.cnpg\.supporttools\.io production/);
});

Deno.test("status -o name prints what kubectl takes back, and --no-headers no headings", async () => {
  await using server = await startSampleServer();
  const names = await runAgainst(server, ["status", "-o", "name"]);
  assert.equal(names.out.split("\n")[0], "clusterstorage.cnpg.supporttools.io/billing");
  const bare = await runAgainst(server, ["status", "--no-headers"]);
  assert.match(bare.out, /^billing /);
});

Deno.test("colours appear on a terminal only, and not where they are unwanted", async () => {
  await using server = await startSampleServer();
  const red = "\u001b[31memergency\u001b[0m";
  assert.ok((await runAgainst(server, ["status"], true)).out.includes(red));
  assert.ok(!(await runAgainst(server, ["status", "--no-color"], true)).out.includes("\u001b"));
});

Deno.test("a namespace without clusters is no failure", async () => {
  await using server = await startSampleServer();
  assert.deepEqual(await runAgainst(server, ["status", "-n", "empty"]), {
    code: 0,
    out: "",
    error: "No resources found in empty namespace.\n" +
      "Clusters of all namespaces: kubectl cnpg-storage status -A\n",
  });
});

/** Command lines that fail, and what they say. */
const FAILURES: readonly (readonly [readonly string[], RegExp])[] = [
  [
    ["status", "new"],
    /"new" not found in namespace "database"\nThe Cluster exists, but no manager/,
  ],
  [["status", "nope"], /not found in namespace "database"\nThere is no Cluster of this name/],
  [["explain", "orders", "-n", "other"], /kubectl cnpg-storage explain orders -n database/],
  [["status", "orders", "-A"], /^error: a resource cannot be retrieved by name across all/],
  [["status", "-o", "xml"], /Allowed choices are table, wide, json, yaml, name\.\nSee 'kubectl/],
  [["status", "--request-timeout", "soon"], /Expected a time such as 5s or 1m/],
  [["explain"], /missing required argument 'CLUSTER'/],
  [["grow"], /unknown command 'grow'/],
];

for (const [args, message] of FAILURES) {
  Deno.test(`kubectl cnpg-storage ${args.join(" ")} fails with status 1 and prints no data`, async () => {
    await using server = await startSampleServer();
    const { code, out, error } = await runAgainst(server, args);
    assert.deepEqual({ code, out }, { code: 1, out: "" });
    assert.match(error, message);
  });
}

Deno.test("the value of an option that the plugin does not know is not repeated", async () => {
  await using server = await startSampleServer();
  for (const args of [["status", "--token=c2VjcmV0"], ["--token=c2VjcmV0", "status"]]) {
    const { code, out, error } = await runAgainst(server, args);
    assert.deepEqual({ code, out }, { code: 1, out: "" });
    assert.match(error, /^error: unknown option '--token'\n/);
  }
});

Deno.test("a missing right is named, with the command that checks it", async () => {
  await using server = await startSampleServer();
  server.fault("list", { kind: "status", code: 403, reason: "Forbidden" });
  const { code, error } = await runAgainst(server, ["status", "-A"]);
  assert.equal(code, 1);
  assert.match(error, /\(Forbidden\): you may not list clusterstorages\.cnpg\.supporttools\.io/);
  assert.match(error, /kubectl auth can-i list clusterstorages\.cnpg\.supporttools\.io -A/);
});

Deno.test("missing definitions are told with how to install them", async () => {
  await using server = await startSampleServer();
  for (const args of [["status"], ["status", "orders"]]) {
    server.fault("list", { kind: "status", code: 404, reason: "" });
    server.fault("list", { kind: "status", code: 404, reason: "" });
    const { code, error } = await runAgainst(server, args);
    assert.equal(code, 1);
    assert.match(error, /doesn't have a resource type "clusterstorages/);
    assert.match(error, /kubectl apply -f charts\/cnpg-storage-manager\/files\/crds/);
  }
});

Deno.test("a ClusterStorage that cannot be understood is a warning and status 1", async () => {
  await using server = await startSampleServer();
  const odd = { ...GROWING, metadata: { name: "odd", namespace: "database", uid: "" } };
  server.objects.put(productPath("clusterstorages", odd), odd);
  const { code, out, error } = await runAgainst(server, ["status"]);
  assert.equal(code, 1);
  assert.match(out, /^CLUSTER .*\nbilling /);
  assert.match(error, /^Warning: Cannot read the ClusterStorage: /);
});

Deno.test("a server that never answers ends with the time that was given", async () => {
  await using server = await startSampleServer();
  server.fault("list", { kind: "freeze" });
  const { code, error } = await runAgainst(server, ["status", "--request-timeout", "50ms"]);
  assert.equal(code, 1);
  assert.match(error, /^Unable to connect to the server: /);
});

Deno.test("version prints the project's version", async () => {
  await using server = await startSampleServer();
  assert.equal((await runAgainst(server, ["version"])).out, `${PLUGIN_VERSION}\n`);
  const json = await runAgainst(server, ["version", "-o", "json"]);
  assert.deepEqual(JSON.parse(json.out), { version: PLUGIN_VERSION });
});

/** Words, and the candidates for the last of them. */
const COMPLETIONS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["st"], ["status"]],
  [[""], ["status", "explain", "version"]],
  [["status", "o"], ["orders"]],
  [["status", "-n", "other", ""], []],
  [["status", "orders", ""], []],
  [["status", "--no"], ["--no-headers", "--no-color"]],
  [["status", "-o", "w"], ["wide"]],
  [["status", "-n", ""], []],
  [["version", ""], []],
];

for (const [words, candidates] of COMPLETIONS) {
  Deno.test(`completion of "${words.join(" ")}" offers ${candidates.join(", ") || "nothing"}`, async () => {
    await using server = await startSampleServer();
    const { code, out } = await runAgainst(server, ["__complete", ...words]);
    assert.deepEqual({ code, out }, { code: 0, out: [...candidates, ":4", ""].join("\n") });
  });
}
