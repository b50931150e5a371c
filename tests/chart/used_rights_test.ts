import assert from "node:assert/strict";
import {
  CLUSTER_STORAGES,
  STORAGE_EVENTS,
  STORAGE_POLICIES,
} from "../../controller/observe/resources.ts";
import { GROUP_VERSION } from "../../lib/policy/api_group.ts";
import { startAgents } from "../lab/agent_process.ts";
import { at, textAt } from "../lab/claim.ts";
import { CLUSTER } from "../lab/crds.ts";
import { runOutOfSpace } from "../lab/disk_full.ts";
import { type LabCluster } from "../lab/fixtures.ts";
import { type Lab, labTest, startLab } from "../lab/lab.ts";
import { pkiFiles } from "../lab/pki.ts";
import {
  claimOf,
  createDefaultPolicy,
  sizeRequests,
  storageEvents,
  wallClockMs,
} from "../lab/product_state.ts";
import { waitUntil } from "../lab/wait.ts";
import { renderedObjects, type Values } from "./helm.ts";
import { listAt } from "./manifests.ts";
import { prepareRelease, type Release, RELEASE_USER } from "./release.ts";

const MEBIBYTE = 1024 ** 2;
const NAMESPACE = "prod";
/** Above the threshold of 85 %, below the emergency at 90 %. */
const FULL = { usedPercent: 87 };
const CONNECT_LIMIT_MS = 20_000;
const OPERATION_LIMIT_MS = 90_000;

/** Rights that the story may do without, and what they are for. */
const PERHAPS_UNUSED: readonly (readonly [rights: RegExp, purpose: string])[] = [
  [/ list$/, "servers that do not begin a watch with the present state"],
  [/ (persistentvolumeclaims|clusters) get$/, "what somebody else has changed meanwhile"],
  [/ (storageevents|clusterstorages) get$/, "what was made, but the answer was lost"],
  [/ storageevents delete$/, "old events, once an hour"],
  [/ events patch$/, "what is said again within minutes"],
  [/ leases create$/, "the first leader of all"],
  [/ endpointslices create$/, "the first apply, which asks for it without naming it"],
  [/^ nodes(\/stats)? get$/, "volumes that no agent speaks of for a while"],
];

await labTest("every right of the chart is used, and none is missing", async (t) => {
  await using lab = await startLab({ syncDelayMs: 60_000 });
  const release = await prepareRelease(lab);
  const everywhere: Values = { controller: { metricsInterval: "5s" } };
  const installed = await release.run("install", everywhere);
  assert.ok(installed.ok, installed.text);
  for (const resource of [STORAGE_POLICIES, STORAGE_EVENTS, CLUSTER_STORAGES]) {
    await waitUntil(`${resource.plural} served`, () => lab.api.list(resource, {}));
  }
  const cluster = await create(lab, "pg");
  await createDefaultPolicy(lab, NAMESPACE, {
    minIncrementGi: 1,
    maxSize: "16Gi",
    cooldownMinutes: 0,
  });

  await t.step("with rights everywhere", async () => {
    const fromMs = wallClockMs();
    await tellStory(lab, release, cluster, 1);
    await assertRights(lab, everywhere, fromMs);
  });

  await t.step("with rights in the watched namespaces alone", async () => {
    const watched: Values = { ...everywhere, watchNamespaces: [NAMESPACE] };
    const upgraded = await release.run("upgrade", watched);
    assert.ok(upgraded.ok, upgraded.text);
    const fromMs = wallClockMs();
    await tellStory(lab, release, cluster, 2);
    await assertRights(lab, watched, fromMs);
  });
});

function create(lab: Lab, name: string): Promise<LabCluster> {
  return lab.createCluster({
    namespace: NAMESPACE,
    name,
    dataBytes: 320 * MEBIBYTE,
    labels: { story: "told" },
  });
}

/** An expansion, a rescue, a conflict of policies and the end of a cluster; the so-manieth time. */
async function tellStory(
  lab: Lab,
  release: Release,
  cluster: LabCluster,
  time: number,
): Promise<void> {
  const pki = pkiFiles(`${lab.directory}/pki`);
  await using controller = await release.startController({
    certFile: pki.serverCertificate,
    keyFile: pki.serverKey,
  });
  const site = {
    reportsUrl: `https://127.0.0.1:${controller.reportsPort}`,
    caFile: pki.caCertificate,
  };
  const agents = await startAgents(lab, site, cluster);
  for (const agent of agents) await agent.waitForLine(/takes reports/, CONNECT_LIMIT_MS);

  await lab.volumes.fill(claimOf(cluster, 1, "data").volume, FULL);
  await waitUntil("the end of the expansion", async () => {
    const events = await storageEvents(lab, cluster, "data");
    const ended = events.filter((event) => textAt(event, "status", "phase") === "Completed");
    return ended.length >= time || undefined;
  }, { limitMs: OPERATION_LIMIT_MS });

  const full = await create(lab, `full-${time}`);
  await runOutOfSpace(lab, full, [1]);
  await waitUntil("the rescue", async () => (await sizeRequests(lab, full, RELEASE_USER))[0], {
    limitMs: OPERATION_LIMIT_MS,
  });
  await lab.api.delete(CLUSTER, { namespace: NAMESPACE, name: full.name });

  for (const name of [`one-${time}`, `two-${time}`]) await createSelecting(lab, name);
  await waitUntil("the conflict", async () => {
    const { items } = await lab.api.list(STORAGE_POLICIES, { namespace: NAMESPACE });
    return items.some((policy) => isConflicting(policy, `two-${time}`)) || undefined;
  }, { limitMs: OPERATION_LIMIT_MS });
  for (const agent of agents) await agent.stop();
}

async function createSelecting(lab: Lab, name: string): Promise<void> {
  await lab.api.create(STORAGE_POLICIES, {
    apiVersion: GROUP_VERSION,
    kind: "StoragePolicy",
    metadata: { namespace: NAMESPACE, name },
    spec: { selector: { matchLabels: { story: "told" } } },
  }, { namespace: NAMESPACE });
}

function isConflicting(policy: unknown, name: string): boolean {
  const conditions = at(policy, "status", "conditions");
  return textAt(policy, "metadata", "name") === name && Array.isArray(conditions) &&
    conditions.some((one) =>
      textAt(one, "type") === "Conflicting" && textAt(one, "status") === "True"
    );
}

async function assertRights(lab: Lab, values: Values, fromMs: number): Promise<void> {
  const log = (await lab.controlPlane.requestLog()).filter(({ user, receivedAtMs }) =>
    user === RELEASE_USER && receivedAtMs >= fromMs
  );
  const refused = log.filter(({ code }) => code === 403)
    .map(({ verb, resource, namespace }) => `${verb} ${resource} ${namespace}`);
  assert.deepEqual(refused, []);
  const used = new Set(log.map(({ group, resource, verb }) => `${group} ${resource} ${verb}`));
  const granted = await grantedBy(values);
  const unused = granted.filter((right) =>
    !used.has(right) && !PERHAPS_UNUSED.some(([rights]) => rights.test(right))
  );
  assert.deepEqual(unused, [], "rights that nothing needs");
}

/** `GROUP RESOURCE VERB` of everything that the chart grants with these values. */
async function grantedBy(values: Values): Promise<string[]> {
  const rules = (await renderedObjects(values))
    .filter((object) => /^(Cluster)?Role$/.test(textAt(object, "kind")))
    .flatMap((role) => listAt(role, "rules"));
  return [
    ...new Set(
      rules.flatMap((rule) =>
        listAt(rule, "apiGroups").flatMap((group) =>
          listAt(rule, "resources").flatMap((resource) =>
            listAt(rule, "verbs").map((verb) => `${group} ${resource} ${verb}`)
          )
        )
      ),
    ),
  ];
}
