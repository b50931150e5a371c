import assert from "node:assert/strict";
import { connect } from "node:tls";
import { parseConfig } from "../../controller/config/parse_config.ts";
import { STORAGE_POLICIES } from "../../controller/observe/resources.ts";
import { ApiError, type Resource } from "../../kube/api.ts";
import { POD, SECRET } from "../../kube/resources.ts";
import { startAgents } from "../lab/agent_process.ts";
import { at, textAt } from "../lab/claim.ts";
import { CUSTOM_RESOURCE_DEFINITION, installOwnCrds, ownCrdNames } from "../lab/crds.ts";
import { type Lab, labTest, startLab } from "../lab/lab.ts";
import { pkiFiles } from "../lab/pki.ts";
import { claimOf, createDefaultPolicy, waitForEnd } from "../lab/product_state.ts";
import { waitUntil } from "../lab/wait.ts";
import { CHART, PREFIX, RELEASE } from "./helm.ts";
import { prepareRelease, readOwn, RELEASE_USER, writeCertificate } from "./release.ts";
import {
  CLUSTER_ROLE_BINDING,
  CONFIG_MAP,
  RELEASE_RESOURCES,
  ROLE_BINDING,
  STATEFUL_SET,
} from "./resources.ts";

const MEBIBYTE = 1024 ** 2;
const NAMESPACE = "prod";
/** Above the threshold of 85 %, below the emergency at 90 %. */
const FULL = { usedPercent: 87 };
const CONNECT_LIMIT_MS = 20_000;
const OPERATION_LIMIT_MS = 60_000;
const HANDSHAKE_LIMIT_MS = 5_000;
const POLICY = { namespace: NAMESPACE, name: "default" };
const DEFINITION = { name: "storagepolicies.cnpg.supporttools.io" };

await labTest("a release is installed, works, is upgraded and goes away", async (t) => {
  await using lab = await startLab({ syncDelayMs: 60_000 });
  const release = await prepareRelease(lab);
  const pki = pkiFiles(`${lab.directory}/pki`);
  const labCertificate = { certFile: pki.serverCertificate, keyFile: pki.serverKey };

  await t.step("helm install makes everything, and says what comes next", async () => {
    const { ok, text } = await release.run("install", { controller: { metricsInterval: "5s" } });
    assert.ok(ok, text);
    assert.match(text, /is installed as storage-cnpg-storage-manager in cnpg-system/);
    assert.match(text, /https:\/\/storage-cnpg-storage-manager\.cnpg-system\.svc:8443/);
    assert.match(text, /go-template='\{\{index \.data "ca\.crt" \| base64decode\}\}'/);
    await waitUntil("policies served", async () => {
      return (await lab.api.list(STORAGE_POLICIES, {})).items.length === 0 || undefined;
    });
  });

  await t.step("the controller of the release grows a volume that is full", async () => {
    const cluster = await lab.createCluster({
      namespace: NAMESPACE,
      dataBytes: 320 * MEBIBYTE,
    });
    await createDefaultPolicy(lab, NAMESPACE, { minIncrementGi: 1, maxSize: "4Gi" });
    await using controller = await release.startController(labCertificate);
    const site = {
      reportsUrl: `https://127.0.0.1:${controller.reportsPort}`,
      caFile: pki.caCertificate,
    };
    const agents = await startAgents(lab, site, cluster);
    for (const agent of agents) await agent.waitForLine(/takes reports/, CONNECT_LIMIT_MS);
    await lab.volumes.fill(claimOf(cluster, 1, "data").volume, FULL);
    const event = await waitForEnd(lab, cluster, "data", OPERATION_LIMIT_MS);
    assert.equal(textAt(event, "status", "phase"), "Completed", JSON.stringify(event.status));
    for (const agent of agents) await agent.stop();
    await assertNothingRefused(lab);
  });

  await t.step("helm upgrade changes what it must, and keeps the certificate", async () => {
    const before = await readState(lab);
    const next = await copyChart(
      lab,
      (text) => text.replace("shortNames:", "shortNames:\n      - stop"),
    );
    const { ok, text } = await release.run("upgrade", { watchNamespaces: [NAMESPACE] }, {
      chart: next,
    });
    assert.ok(ok, text);
    const after = await readState(lab);
    assert.equal(after.certificate, before.certificate);
    assert.notEqual(after.checksum, before.checksum);
    assert.deepEqual(parseConfig(after.config, "config.yaml").watchNamespaces, [NAMESPACE]);
    assert.deepEqual(before.shortNames, ["stp"]);
    assert.deepEqual(after.shortNames, ["stop", "stp"]);
    assert.equal(
      textAt(await lab.api.get(STORAGE_POLICIES, POLICY), "metadata", "name"),
      "default",
    );
    await assertGone(lab, CLUSTER_ROLE_BINDING, PREFIX);
    await lab.api.get(ROLE_BINDING, { namespace: NAMESPACE, name: PREFIX });
  });

  await t.step("with rights in its namespaces alone the controller becomes ready", async () => {
    const certificate = await writeCertificate(lab);
    await using controller = await release.startController(certificate);
    assert.equal(await handshake(controller.reportsPort, certificate.ca), "authorized");
    assert.equal(
      await handshake(controller.reportsPort, lab.controlPlane.caCertificate),
      "refused",
    );
    await assertNothingRefused(lab);
    const connection = await lab.controlPlane.connectServiceAccount(RELEASE.namespace, PREFIX);
    const account = lab.controlPlane.client(connection);
    await account.list(POD, { namespace: NAMESPACE });
    for (const resource of [POD, SECRET]) {
      await assert.rejects(account.list(resource, { namespace: RELEASE.namespace }), { code: 403 });
    }
  });

  await t.step("helm uninstall leaves the definitions and what was recorded", async () => {
    const { ok, text } = await release.uninstall();
    assert.ok(ok, text);
    assert.match(text, /kept due to the resource policy[^]*CustomResourceDefinition/);
    for (const resource of RELEASE_RESOURCES) {
      const { items } = await lab.api.list(resource, {
        labelSelector: `app.kubernetes.io/instance=${RELEASE.name}`,
      });
      assert.deepEqual(items.map((object) => textAt(object, "metadata", "name")), []);
    }
    assert.equal(
      textAt(await lab.api.get(STORAGE_POLICIES, POLICY), "metadata", "name"),
      "default",
    );
  });

  await t.step("installed again, the release brings what it left up to date", async () => {
    const { ok, text } = await release.run("install", { crds: { keep: false } });
    assert.ok(ok, text);
    assert.deepEqual((await readState(lab)).shortNames, ["stp"]);
    await lab.api.get(STORAGE_POLICIES, POLICY);
  });

  await t.step("with crds.keep=false the definitions go with it", async () => {
    const { ok, text } = await release.uninstall();
    assert.ok(ok, text);
    for (const name of await ownCrdNames()) {
      await assertGone(lab, CUSTOM_RESOURCE_DEFINITION, name);
    }
  });

  await t.step(
    "definitions that were applied by hand are taken over when Helm is told",
    async () => {
      await installOwnCrds(lab.api);
      const refused = await release.run("install", {});
      assert.equal(refused.ok, false);
      assert.match(
        refused.text,
        /CustomResourceDefinition "\w+\.cnpg\.supporttools\.io".*invalid ownership/,
      );
      const taken = await release.run("install", {}, { flags: ["--take-ownership"] });
      assert.ok(taken.ok, taken.text);
      const definition = await lab.api.get(CUSTOM_RESOURCE_DEFINITION, DEFINITION);
      const annotations = at(definition, "metadata", "annotations");
      assert.equal(textAt(annotations, "meta.helm.sh/release-name"), RELEASE.name);
      assert.equal(textAt(annotations, "helm.sh/resource-policy"), "keep");
    },
  );
});

/** What an upgrade may or may not change. */
interface State {
  readonly certificate: string;
  readonly checksum: string;
  readonly config: string;
  readonly shortNames: unknown;
}

async function readState(lab: Lab): Promise<State> {
  const [secret, workload, configMap, definition] = await Promise.all([
    readOwn(lab, SECRET, `${PREFIX}-agent-tls`),
    readOwn(lab, STATEFUL_SET),
    readOwn(lab, CONFIG_MAP),
    lab.api.get(CUSTOM_RESOURCE_DEFINITION, DEFINITION),
  ]);
  const annotations = at(workload, "spec", "template", "metadata", "annotations");
  return {
    certificate: JSON.stringify(at(secret, "data")),
    checksum: textAt(annotations, "checksum/config"),
    config: textAt(configMap, "data", "config.yaml"),
    shortNames: at(definition, "spec", "names", "shortNames"),
  };
}

/** The chart as a later version might be: with another definition of policies. */
async function copyChart(lab: Lab, change: (definition: string) => string): Promise<string> {
  const copy = `${lab.directory}/next-chart`;
  await copyDirectory(CHART, copy);
  const path = `${copy}/files/crds/storagepolicies.yaml`;
  await Deno.writeTextFile(path, change(await Deno.readTextFile(path)));
  return copy;
}

async function copyDirectory(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyDirectory(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

async function assertNothingRefused(lab: Lab): Promise<void> {
  const entries = (await lab.controlPlane.auditLog()).filter(({ user }) => user === RELEASE_USER);
  assert.ok(entries.length > 0, "the controller wrote nothing at all");
  assert.deepEqual(entries.filter(({ code }) => code === 403), []);
}

async function assertGone(lab: Lab, resource: Resource, name: string): Promise<void> {
  await waitUntil(`the end of ${resource.kind} ${name}`, async () => {
    try {
      await lab.api.get(resource, { name });
      return undefined;
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return true;
      throw error;
    }
  });
}

/** Whether somebody who trusts `ca` believes that the endpoint is the Service of the release. */
function handshake(port: number, ca: string): Promise<"authorized" | "refused"> {
  return new Promise((resolve, reject) => {
    const servername = `${PREFIX}.${RELEASE.namespace}.svc`;
    const socket = connect({ host: "127.0.0.1", port, servername, ca });
    socket.setTimeout(HANDSHAKE_LIMIT_MS, () => {
      socket.destroy();
      reject(new Error("Cannot shake hands: expected an end within 5 s"));
    });
    socket.once("secureConnect", () => {
      resolve(socket.authorized ? "authorized" : "refused");
      socket.destroy();
    });
    socket.once("error", () => {
      resolve("refused");
      socket.destroy();
    });
  });
}
