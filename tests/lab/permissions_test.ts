import assert from "node:assert/strict";
import {
  agentArguments,
  inquiryArguments,
  supervisorArguments,
} from "../../agent/child_command.ts";
import { permissionFlags, supervisorFlags } from "../../agent/permissions.ts";
import { isJsonObject, parseJsonObject } from "../../kube/json.ts";
import { prepareAgent, startAgent } from "./agent_process.ts";
import { at } from "./claim.ts";
import { prepareController, REPOSITORY, shippedFlags } from "./controller_process.ts";
import { labTest, startLab } from "./lab.ts";
import { CONTROLLER_USER } from "./rbac.ts";

const MEBIBYTE = 1024 ** 2;
const NAMESPACE = "prod";
const CONNECT_LIMIT_MS = 20_000;
const END_LIMIT_MS = 20_000;
/** Tries what its arguments name, and prints what became of each. */
const PROBE = `${REPOSITORY}tests/lab/permission_probe.ts`;
/** Only the controller writes a file, that of its history. */
const HISTORY_FLAG = "--allow-write=/var/lib/cnpg-storage-manager";
const ALLOWED = "allowed";
const REFUSED = "NotCapable";

await labTest(
  "processes can do what they must under their shipped flags, and nothing else",
  async (t) => {
    await using lab = await startLab({ ownCrds: true });
    const site = await prepareController(lab);
    const cluster = await lab.createCluster({
      namespace: NAMESPACE,
      dataBytes: 320 * MEBIBYTE,
      walBytes: 320 * MEBIBYTE,
    });
    const controller = await site.start();
    const [instance] = cluster.instances;
    assert.ok(instance);
    const prepared = await prepareAgent(lab, site, cluster, instance);
    const agent = startAgent(lab, prepared);
    await agent.waitForLine(/takes reports/, CONNECT_LIMIT_MS);

    async function probe(
      name: string,
      flags: readonly string[],
      tries: readonly string[],
    ): Promise<Readonly<Record<string, unknown>>> {
      const process = lab.startProcess({
        name,
        command: Deno.execPath(),
        args: ["run", ...flags, PROBE, ...tries],
        cwd: REPOSITORY,
      });
      const late = setTimeout(() => process.stop("SIGKILL"), END_LIMIT_MS);
      const { code } = await process.exited;
      clearTimeout(late);
      assert.equal(code, 0, process.tail());
      const [results] = process.records();
      assert.ok(isJsonObject(results), process.tail());
      return results;
    }

    await t.step("the processes run under exactly the flags that ship", async () => {
      const [command, ...args] = await commandLine(controller.pid);
      assert.equal(command, Deno.execPath());
      assert.deepEqual(args.slice(0, -4), await shippedFlags("controller"));
      assert.deepEqual(
        (await commandLine(agent.pid)).slice(1),
        agentArguments(`${REPOSITORY}agent/main.ts`, prepared.needs, prepared.configFile),
      );
      for (
        const line of [
          args,
          await commandLine(agent.pid),
          supervisorArguments("deno", "main.ts", undefined),
          inquiryArguments("main.ts", undefined),
        ]
      ) {
        assert.ok(line.includes("--no-prompt"));
        assert.ok(!line.some((flag) => /^(-A|--allow-(all|ffi|import|hrtime))/.test(flag)));
        const written = line.filter((flag) => flag.startsWith("--allow-write"));
        assert.deepEqual(written, line === args ? [HISTORY_FLAG] : []);
      }
    });

    await t.step("an agent reaches its volumes, its files and its controller", async () => {
      const [data = ""] = instance.claims.map((claim) => claim.volume.path);
      const tries = [
        `read:${prepared.tokenFile}`,
        `read:${prepared.configFile}`,
        `read:${site.caFile}`,
        `list:${data}`,
        `statfs:${data}`,
        `fetch:${site.reportsUrl}`,
      ];
      const results = await probe("agent-may", permissionFlags(prepared.needs), tries);
      for (const what of tries) assert.notEqual(results[what], REFUSED, what);
      assert.equal(results[`read:${prepared.tokenFile}`], ALLOWED);
      assert.equal(results[`statfs:${data}`], ALLOWED);
    });

    await t.step("an agent reaches nothing else", async () => {
      const [data = ""] = instance.claims.map((claim) => claim.volume.path);
      const tries = [
        "read:/etc/passwd",
        "read:/proc/self/environ",
        "read:/var/run/secrets/kubernetes.io/serviceaccount/token",
        `read:${lab.directory}/pki/ca.key`,
        `list:${instance.root}`,
        `write:${data}/found`,
        `fetch:${lab.controlPlane.server}`,
        `fetch:${site.statusUrl}`,
        "fetch:https://example.invalid",
        "listen:127.0.0.1",
        "run:/bin/true",
        "env:HOME",
        "env:PGPASSWORD",
        "hostname:",
        "ffi:libc.so.6",
      ];
      const results = await probe("agent-must-not", permissionFlags(prepared.needs), tries);
      assert.deepEqual(results, Object.fromEntries(tries.map((what) => [what, REFUSED])));
      await assert.rejects(Deno.stat(`${data}/found`), Deno.errors.NotFound);
    });

    await t.step("a supervisor starts deno and does nothing else", async () => {
      const tries = ["read:/etc/passwd", `fetch:${site.reportsUrl}`, "run:/bin/true", "env:HOME"];
      const flags = supervisorFlags(Deno.execPath());
      const results = await probe("supervisor", flags, [...tries, `run:${Deno.execPath()}`]);
      for (const what of tries) assert.equal(results[what], REFUSED, what);
      assert.equal(results[`run:${Deno.execPath()}`], ALLOWED);
    });

    await t.step("a controller writes no file but its history, and runs no program", async () => {
      const flags = (await shippedFlags("controller")).slice(1, -1);
      const tries = [
        `write:${lab.directory}/found`,
        "run:/bin/true",
        "env:PGPASSWORD",
        "ffi:libc.so.6",
      ];
      const results = await probe("controller-must-not", flags, tries);
      assert.deepEqual(results, Object.fromEntries(tries.map((what) => [what, REFUSED])));
    });

    await t.step("RBAC refused the controller nothing, and it has no right to more", async () => {
      const denied = (await lab.controlPlane.auditLog()).filter((entry) =>
        entry.user === CONTROLLER_USER && entry.code === 403
      );
      assert.deepEqual(denied, []);
      assert.doesNotMatch(controller.lines.join("\n"), /Forbidden/);
      const kubeconfigFile = `${lab.directory}/controller.kubeconfig`;
      const config = parseJsonObject(await Deno.readTextFile(kubeconfigFile), kubeconfigFile);
      assert.ok(at(config, "users") !== undefined);
      for (
        const path of ["/api/v1/secrets", "/api/v1/nodes", "/api/v1/namespaces/prod/pods/pg-1/exec"]
      ) {
        assert.equal(
          await statusAsController(lab.controlPlane.server, config, site.caFile, path),
          403,
        );
      }
    });
  },
);

/** The command line of a process, from the kernel. */
async function commandLine(pid: number): Promise<string[]> {
  return (await Deno.readTextFile(`/proc/${pid}/cmdline`)).split("\0").slice(0, -1);
}

/** What the API server answers when the controller's token asks for `path`. */
async function statusAsController(
  server: string,
  kubeconfig: Readonly<Record<string, unknown>>,
  caFile: string,
  path: string,
): Promise<number> {
  const users = kubeconfig["users"];
  const token: unknown = Array.isArray(users) ? at(users[0], "user", "token") : undefined;
  assert.equal(typeof token, "string");
  using client = Deno.createHttpClient({
    caCerts: [await Deno.readTextFile(caFile)],
    http2: false,
  });
  const response = await fetch(`${server}${path}`, {
    client,
    headers: { authorization: `Bearer ${token}` },
  });
  await response.body?.cancel();
  return response.status;
}
