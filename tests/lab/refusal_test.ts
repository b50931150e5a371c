import assert from "node:assert/strict";
import { type KubeApi } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD, TOKEN_REVIEW } from "../../kube/resources.ts";
import { type Report, REPORT_FORMAT } from "../../lib/report/report.ts";
import { mintAgentToken } from "./agent_process.ts";
import { at, textAt } from "./claim.ts";
import { AUDIENCE, prepareController } from "./controller_process.ts";
import { forgeToken, generateKey } from "./forged_token.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab, labTest, startLab } from "./lab.ts";
import { pkiFiles } from "./pki.ts";
import { controllerWrites, createDefaultPolicy, settle } from "./product_state.ts";
import { SERVICE_ACCOUNT } from "./token.ts";
import { pause, waitUntil } from "./wait.ts";

const MEBIBYTE = 1024 ** 2;
const NAMESPACE = "prod";
/** Many times what an accepted report needs to become a write. */
const AFTERMATH_MS = 2_000;

/** The answer to a report. */
interface Answer {
  readonly status: number;
  readonly reason: string;
}

await labTest("a report is taken from nobody but the pod that it is about", async (t) => {
  await using lab = await startLab({ ownCrds: true });
  const site = await prepareController(lab);
  const sizes = { namespace: NAMESPACE, dataBytes: 320 * MEBIBYTE };
  const cluster = await lab.createCluster({ ...sizes, instances: 2 });
  const other = await lab.createCluster({ ...sizes, name: "other" });
  await createDefaultPolicy(lab, NAMESPACE, { minIncrementGi: 1, maxSize: "4Gi" });
  await using controller = await site.start();
  const [first, second] = cluster.instances;
  const [foreign] = other.instances;
  assert.ok(first && second && foreign);
  using client = Deno.createHttpClient({
    caCerts: [await Deno.readTextFile(site.caFile)],
    http2: false,
  });

  async function send(token: string | undefined, claimed?: Report["pod"]): Promise<Answer> {
    const response = await fetch(`${site.reportsUrl}/v1/reports`, {
      method: "POST",
      client,
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(alarmingReport(claimed)),
    });
    const body: unknown = await response.json();
    return { status: response.status, reason: textAt(body, "reason") };
  }

  /** A pod that the controller has not heard of yet is refused anyway. */
  function sendOnceKnown(token: string): Promise<Answer> {
    return waitUntil("a pod that is known", async () => {
      const answer = await send(token);
      return answer.reason === "PodUnknown" ? undefined : answer;
    });
  }

  const before = await claimVersions();
  async function claimVersions(): Promise<string[]> {
    const { items } = await lab.api.list(PERSISTENT_VOLUME_CLAIM, { namespace: NAMESPACE });
    return items.map((claim) =>
      `${textAt(claim, "metadata", "name")} ${textAt(claim, "metadata", "resourceVersion")}`
    );
  }
  await settle(lab);
  const writesBefore = (await controllerWrites(lab)).length;

  await t.step("no token, and one that is none, are refused with 401", async () => {
    assert.deepEqual(await send(undefined), { status: 401, reason: "TokenMissing" });
    assert.deepEqual(await send("eyJhbGciOiJub25lIn0.e30."), {
      status: 401,
      reason: "TokenInvalid",
    });
  });

  await t.step("a token for another audience is refused with 401", async () => {
    const token = await mintAgentToken(lab, cluster, first, "somebody-else");
    assert.deepEqual(await send(token), { status: 401, reason: "TokenInvalid" });
    const forServer = await lab.controlPlane.createServiceAccountToken({
      namespace: NAMESPACE,
      serviceAccount: cluster.serviceAccount,
      boundPod: { name: first.name, uid: first.podUid },
    });
    assert.deepEqual(await send(forServer), { status: 401, reason: "TokenInvalid" });
  });

  await t.step("a token that has expired is refused with 401", async () => {
    const key = await Deno.readTextFile(pkiFiles(`${lab.directory}/pki`).tokenKey);
    const template = await mintAgentToken(lab, cluster, first);
    const resigned = await forgeToken(template, {}, key);
    assert.equal(await isAuthenticated(lab.api, resigned), true, "only the time makes it bad");
    const nowSeconds = Math.floor(Date.now() / 1000);
    const times = { iat: nowSeconds - 7_200, nbf: nowSeconds - 7_200 };
    const expired = await forgeToken(template, { ...times, exp: nowSeconds - 3_600 }, key);
    assert.deepEqual(await send(expired), { status: 401, reason: "TokenInvalid" });
  });

  await t.step("a token that another key has signed is refused with 401", async () => {
    const token = await mintAgentToken(lab, cluster, first);
    const forged = await forgeToken(token, {}, await generateKey());
    assert.deepEqual(await send(forged), { status: 401, reason: "TokenInvalid" });
  });

  await t.step("a body that names another pod than the token is refused with 403", async () => {
    const token = await mintAgentToken(lab, cluster, second);
    for (
      const claimed of [
        { namespace: NAMESPACE, name: first.name },
        { namespace: NAMESPACE, name: foreign.name },
        { namespace: "elsewhere", name: second.name },
      ]
    ) assert.deepEqual(await send(token, claimed), { status: 403, reason: "PodMismatch" });
  });

  await t.step("a ServiceAccount without a pod is refused with 401", async () => {
    const token = await lab.controlPlane.createServiceAccountToken({
      namespace: NAMESPACE,
      serviceAccount: cluster.serviceAccount,
      audience: AUDIENCE,
    });
    assert.deepEqual(await send(token), { status: 401, reason: "TokenInvalid" });
  });

  await t.step("a pod that no Cluster owns is refused with 403", async () => {
    const token = await mintForStranger(lab, "stranger-1", { "cnpg.io/podRole": "instance" });
    assert.deepEqual(await sendOnceKnown(token), { status: 403, reason: "PodUnowned" });
    const plain = await mintForStranger(lab, "plain-1", {});
    assert.deepEqual(await send(plain), { status: 503, reason: "PodUnknown" });
  });

  await t.step(
    "a pod that says that a Cluster owns it is refused unless that lists it",
    async () => {
      const token = await mintForStranger(lab, "pg-9", {
        "cnpg.io/podRole": "instance",
        "cnpg.io/cluster": cluster.name,
        "cnpg.io/instanceName": "pg-9",
      }, cluster);
      assert.deepEqual(await sendOnceKnown(token), { status: 403, reason: "InstanceUnlisted" });
    },
  );

  await t.step("nothing of all that has changed anything", async () => {
    await pause(AFTERMATH_MS);
    assert.deepEqual(await claimVersions(), before);
    assert.equal((await controllerWrites(lab)).length, writesBefore);
    const log = controller.lines.join("\n");
    assert.match(log, /PodMismatch/);
    assert.doesNotMatch(log, /eyJ/, "no token is in the log");
  });

  await t.step("the same report from the pod itself is taken and acted on", async () => {
    const token = await mintAgentToken(lab, cluster, second);
    assert.equal((await send(token, { namespace: NAMESPACE, name: second.name })).status, 200);
    await waitUntil("a request for the pod's own claim", async () => {
      const changed = (await claimVersions()).filter((line) => !before.includes(line));
      return changed.some((line) => line.startsWith("pg-2 ")) ? true : undefined;
    });
  });

  await t.step("the token of a pod that was deleted is refused", async () => {
    const token = await mintAgentToken(lab, other, foreign);
    await endPod(lab, foreign.name);
    await waitUntil("the end of the pod", async () => {
      const { items } = await lab.api.list(POD, { namespace: NAMESPACE });
      return items.every((pod) => textAt(pod, "metadata", "name") !== foreign.name) || undefined;
    });
    const answer = await send(token);
    assert.ok([401, 403, 503].includes(answer.status), JSON.stringify(answer));
  });
});

/** Makes a pod that no operator has made, and a token for it. */
async function mintForStranger(
  lab: Lab,
  name: string,
  labels: Readonly<Record<string, string>>,
  owner?: LabCluster,
): Promise<string> {
  await lab.api.patch(SERVICE_ACCOUNT, { namespace: NAMESPACE, name: "stranger" }, {
    type: "apply",
    body: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { namespace: NAMESPACE, name: "stranger" },
    },
    force: true,
  }, { fieldManager: "lab" });
  const pod = await lab.api.create(POD, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: NAMESPACE,
      name,
      labels,
      ownerReferences: owner === undefined ? [] : [{
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        name: owner.name,
        uid: owner.uid,
        controller: true,
      }],
    },
    spec: {
      nodeName: "lab-node",
      serviceAccountName: "stranger",
      containers: [{ name: "postgres", image: "stranger" }],
    },
  }, { namespace: NAMESPACE });
  return await lab.controlPlane.createServiceAccountToken({
    namespace: NAMESPACE,
    serviceAccount: "stranger",
    boundPod: { name, uid: textAt(pod, "metadata", "uid") },
    audience: AUDIENCE,
  });
}

/** Deletes a pod as kubelet does when its containers have ended: without a time of grace. */
async function endPod(lab: Lab, name: string): Promise<void> {
  const { admin } = lab.controlPlane;
  assert.ok(admin.clientCertificate);
  const { cert, key } = admin.clientCertificate;
  using client = Deno.createHttpClient({
    caCerts: [...admin.caCertificates ?? []],
    cert,
    key: key.reveal(),
    http2: false,
  });
  const url = `${admin.server}/api/v1/namespaces/${NAMESPACE}/pods/${name}?gracePeriodSeconds=0`;
  const response = await fetch(url, { method: "DELETE", client });
  await response.body?.cancel();
  assert.equal(response.status, 200);
}

async function isAuthenticated(api: KubeApi, token: string): Promise<unknown> {
  const answer = await api.create(TOKEN_REVIEW, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token, audiences: [AUDIENCE] },
  });
  return at(answer, "status", "authenticated");
}

/** A report that makes the controller grow the data volume, if it believes it. */
function alarmingReport(pod: Report["pod"]): Report {
  const totalBytes = 256 * MEBIBYTE;
  return {
    format: REPORT_FORMAT,
    agentVersion: "0.0.0",
    sequence: 0,
    session: crypto.randomUUID(),
    cause: "start",
    ...(pod === undefined ? {} : { pod }),
    volumes: [{
      role: "data",
      mountPath: "/var/lib/postgresql/data",
      ageMs: 0,
      totalBytes,
      usedBytes: totalBytes * 0.875,
      availableBytes: totalBytes * 0.125,
      deviceBytes: totalBytes,
      inodesTotal: 0,
      inodesAvailable: 0,
    }],
    unreadable: [],
    degraded: [],
  };
}
