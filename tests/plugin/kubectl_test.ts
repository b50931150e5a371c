import assert from "node:assert/strict";
import { type PluginWorld, startPluginWorld } from "./plugin_world.ts";
import { missingPrograms } from "./run_kubectl.ts";

/** Contexts that reach the server, and how each shows itself there. */
const LOGINS: Readonly<Record<string, { certificate?: string; authorization?: string }>> = {
  "certificate": { certificate: "jane" },
  "exec": { authorization: "Bearer from-exec-test" },
  "token-file": { authorization: "Bearer from-file" },
  "insecure": { authorization: "Bearer from-kubeconfig" },
  "renamed": { authorization: "Bearer from-kubeconfig" },
  "proxied": { authorization: "Bearer from-kubeconfig" },
};

/** Contexts that do not, and what is said. */
const REFUSALS: Readonly<Record<string, RegExp>> = {
  "untrusted": /^Unable to connect to the server: .*(certificate|issuer)/i,
  "misnamed": /^Unable to connect to the server: .*(elsewhere\.example|certificate|altname)/i,
  "gone": /^Unable to connect to the server: .*ECONNREFUSED/,
  "exec-fails": /^error: getting credentials failed: no ticket\n$/,
  "nowhere": /^error: context "nowhere" does not exist\n$/,
};

async function reachesServer(world: PluginWorld, context: string): Promise<void> {
  const expected = LOGINS[context];
  const { code, out, error } = await world.kubectl("cnpg-storage", "status", "--context", context);
  assert.deepEqual({ code, error }, { code: 0, error: "" }, context);
  assert.match(out, /^CLUSTER +LEVEL .*\nbilling +emergency /);
  const visitor = world.front.visitors.at(-1);
  assert.equal(visitor?.certificate, expected?.certificate, context);
  assert.equal(visitor?.authorization, expected?.authorization, context);
}

async function isRefused(world: PluginWorld, context: string, message: RegExp): Promise<void> {
  const before = world.front.visitors.length;
  const { code, out, error } = await world.kubectl("cnpg-storage", "status", "--context", context);
  assert.deepEqual({ code, out }, { code: 1, out: "" }, context);
  assert.match(error, message);
  assert.equal(world.front.visitors.length, before, `${context} sent a request`);
}

async function worksInKubectl(context: Deno.TestContext): Promise<void> {
  await using world = await startPluginWorld();
  await context.step("kubectl lists the plugin without a warning", async () => {
    const { out, error } = await world.kubectl("plugin", "list");
    assert.ok(out.includes(`${world.directory}/bin/kubectl-cnpg_storage`), out);
    assert.doesNotMatch(error, /cnpg/);
  });
  for (const name of Object.keys(LOGINS)) {
    await context.step(`context ${name} reaches the server as its user`, async () => {
      await reachesServer(world, name);
    });
  }
  await context.step("the proxy of a cluster is used", () => {
    assert.deepEqual(world.proxy.targets, [new URL(world.front.url).host]);
  });
  for (const [name, message] of Object.entries(REFUSALS)) {
    await context.step(`context ${name} is refused and sends nothing`, async () => {
      await isRefused(world, name, message);
    });
  }
  await context.step("plain http on this machine needs no certificate", async () => {
    const { code, out } = await world.kubectl(
      ...["cnpg-storage", "explain", "billing", "--context", "plain"],
    );
    assert.equal(code, 0);
    assert.match(out, /kubectl edit storagepolicy\.cnpg\.supporttools\.io production -n database/);
  });
  await context.step("--as and --as-group impersonate", async () => {
    const as = ["--as", "root", "--as-group", "a", "--as-group", "b"];
    const { code, error } = await world.kubectl("cnpg-storage", "status", ...as);
    assert.deepEqual({ code, error }, { code: 0, error: "" });
    const { impersonated, groups } = world.front.visitors.at(-1) ?? {};
    assert.deepEqual([impersonated, groups], ["root", "a, b"]);
  });
  await context.step("kubectl completes commands and clusters", async () => {
    const command = await world.kubectl("__complete", "cnpg-storage", "ex");
    assert.equal(command.out, "explain\n:4\n");
    const cluster = await world.kubectl("__complete", "cnpg-storage", "explain", "le");
    assert.equal(cluster.out, "legacy\n:4\n");
  });
  await context.step("a reader that leaves early is no failure", async () => {
    const path = `${world.directory}/bin/kubectl-cnpg_storage`;
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", `'${path}' --help | head -n 0`],
    }).output();
    assert.deepEqual({ code, error: new TextDecoder().decode(stderr) }, { code: 0, error: "" });
  });
}

const MISSING = await missingPrograms(["kubectl", "openssl", "sh"]);
if (MISSING.length === 0) {
  Deno.test("kubectl runs the installed plugin with every kind of login", worksInKubectl);
} else if (Deno.env.get("CI")) {
  Deno.test("kubectl runs the installed plugin with every kind of login", () => {
    throw new Error(`Cannot run kubectl: ${MISSING.join(", ")} are not in PATH`);
  });
} else {
  Deno.test({
    name: `kubectl runs the installed plugin (cannot run: no ${MISSING.join(", ")})`,
    ignore: true,
    fn: worksInKubectl,
  });
}
