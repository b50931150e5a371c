import assert from "node:assert/strict";

import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../../kube/resources.ts";
import { STORAGE_POLICY } from "./testing/http_rig.ts";
import { kubectlTest } from "./testing/kubectl.ts";

const POLICY = `
apiVersion: cnpg.supporttools.io/v1alpha1
kind: StoragePolicy
metadata:
  name: gold
spec:
  selector:
    matchLabels: { tier: gold }
  expansion:
    maxSize: 2Ti
`;

const name = { namespace: "a", name: "gold" };

await kubectlTest("kubectl apply makes a policy and changes it, without flags", async (kubectl) => {
  const made = await kubectl.run(["apply", "-f", "-"], POLICY);
  assert.equal(made.stdout, "storagepolicy.cnpg.supporttools.io/gold created\n", made.stderr);
  const changed = await kubectl.run(["apply", "-f", "-"], POLICY.replace("2Ti", "3Ti"));
  assert.equal(changed.stdout, "storagepolicy.cnpg.supporttools.io/gold configured\n");
  assert.equal(changed.stderr, "");
  const again = await kubectl.run(["apply", "-f", "-"], POLICY.replace("2Ti", "3Ti"));
  assert.equal(again.stdout, "storagepolicy.cnpg.supporttools.io/gold unchanged\n");
  const spec = kubectl.rig.server.find(STORAGE_POLICY, name)?.["spec"];
  assert.ok(isJsonObject(spec));
  assert.deepEqual(spec["expansion"], { maxSize: "3Ti" });
});

await kubectlTest(
  "kubectl apply --server-side makes a policy and keeps to its fields",
  async (kubectl) => {
    const apply = ["apply", "--server-side", "-f", "-"];
    const made = await kubectl.run(apply, POLICY);
    assert.equal(
      made.stdout,
      "storagepolicy.cnpg.supporttools.io/gold serverside-applied\n",
      made.stderr,
    );
    await kubectl.run(["label", "stp", "gold", "mine=yes"]);
    const changed = await kubectl.run(apply, POLICY.replace("2Ti", "3Ti"));
    assert.ok(changed.ok, changed.stderr);
    const { metadata, spec } = kubectl.rig.server.find(STORAGE_POLICY, name) ?? {};
    assert.ok(isJsonObject(metadata) && isJsonObject(spec));
    assert.deepEqual(metadata["labels"], { mine: "yes" });
    assert.deepEqual(spec["expansion"], { maxSize: "3Ti" });
  },
);

await kubectlTest("kubectl apply says what is wrong with a policy", async (kubectl) => {
  const unknown = await kubectl.run(["apply", "-f", "-"], `${POLICY}  dryRunn: true\n`);
  assert.match(unknown.stderr, /strict decoding error: unknown field "spec.dryRunn"/);
  const warned = ["apply", "--validate=warn", "--dry-run=server", "-f", "-"];
  const warning = await kubectl.run(warned, `${POLICY}  dryRunn: true\n`);
  assert.equal(warning.stderr, 'Warning: unknown field "spec.dryRunn"\n');
  assert.match(warning.stdout, /gold created \(server dry run\)/);
  const wrong = await kubectl.run(["apply", "-f", "-"], `${POLICY}  dryRun: perhaps\n`);
  assert.match(
    wrong.stderr,
    /^The StoragePolicy "gold" is invalid: \n?\* spec.dryRun: Invalid value/,
  );
  assert.equal(kubectl.rig.server.find(STORAGE_POLICY, name), undefined);
});

await kubectlTest("kubectl get prints the columns of the definitions", async (kubectl) => {
  const { server, clock } = kubectl.rig;
  await kubectl.run(["apply", "-f", "-"], POLICY);
  server.patch(STORAGE_POLICY, name, { type: "merge", body: { status: activeStatus() } }, {
    user: "test",
    subresource: "status",
  });
  await clock.advance(3_700_000);
  const rows = `NAME   ACTIVE   CONFLICTING   CLUSTERS   DRY-RUN   MAX-SIZE   AGE
gold   True                   3                    2Ti        61m
`;
  assert.equal((await kubectl.run(["get", "storagepolicies"])).stdout, rows);
  assert.equal((await kubectl.run(["get", "stp", "gold"])).stdout, rows);
  const wide = await kubectl.run(["get", "cnpg-storage", "-o", "wide"]);
  assert.match(wide.stdout, /MESSAGE +AGE\n.*gold .* governs 3 clusters +61m\n/);
  for (const kinds of ["stp,ste,cst", "storagepolicies,storageevents,clusterstorage"]) {
    const listed = await kubectl.run(["get", kinds, "-o", "name"]);
    assert.equal(listed.stdout, "storagepolicy.cnpg.supporttools.io/gold\n", listed.stderr);
  }
  const whole = await kubectl.run(["get", "stp", "gold", "-o", "yaml"]);
  assert.match(whole.stdout, /maxSize: 2Ti\n/);
});

await kubectlTest("kubectl get prints the columns of built-in kinds", async (kubectl) => {
  const { server } = kubectl.rig;
  const options = { user: "test", namespace: "a" };
  server.create(POD, postgresPod(), options);
  server.create(PERSISTENT_VOLUME_CLAIM, claim(), options);
  const status = { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"] };
  server.patch(PERSISTENT_VOLUME_CLAIM, { namespace: "a", name: "pg-1" }, {
    type: "merge",
    body: { status },
  }, { user: "test", subresource: "status" });
  const pods = await kubectl.run(["get", "pods"]);
  assert.match(pods.stdout, /NAME +READY +STATUS +RESTARTS +AGE\npg-1 +0\/1 +\S+ +0 +0s\n/);
  const claims = await kubectl.run(["get", "pvc", "-A"]);
  assert.match(claims.stdout, /NAMESPACE +NAME +STATUS +VOLUME +CAPACITY +ACCESS MODES +STORAGE/);
  assert.match(claims.stdout, /a +pg-1 .*1Gi +RWO +fast/);
});

await kubectlTest("kubectl get -w prints what changes", async (kubectl) => {
  await kubectl.run(["apply", "-f", "-"], POLICY);
  const child = kubectl.start(["get", "stp", "-w"]);
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  async function read(pattern: RegExp): Promise<void> {
    while (!pattern.test(seen)) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`Expected ${pattern}, found ${JSON.stringify(seen)}`);
      seen += value;
    }
  }
  await read(/gold .*2Ti/);
  await kubectl.run(["patch", "stp", "gold", "--type=merge", "-p", '{"spec":{"dryRun":true}}']);
  await read(/gold .*true +2Ti/);
  child.kill();
  await lines.cancel();
  await child.stderr.cancel();
  await child.status;
});

await kubectlTest("kubectl annotate, patch, replace and delete write", async (kubectl) => {
  const { server } = kubectl.rig;
  await kubectl.run(["apply", "-f", "-"], POLICY);
  await kubectl.run(["annotate", "stp", "gold", "reviewed=yes"]);
  const patches = [
    ["--type=merge", "-p", '{"spec":{"dryRun":true}}'],
    ["--type=json", "-p", '[{"op":"add","path":"/metadata/labels","value":{"a":"b"}}]'],
  ];
  for (const patch of patches) {
    const { ok, stderr } = await kubectl.run(["patch", "stp", "gold", ...patch]);
    assert.ok(ok, stderr);
  }
  const strategic = await kubectl.run(["patch", "stp", "gold", "-p", '{"spec":{}}']);
  assert.match(strategic.stderr, /strategic-merge-patch\+json is not supported/);
  const policy = server.find(STORAGE_POLICY, name) ?? {};
  const { metadata, spec } = policy;
  assert.ok(isJsonObject(metadata) && isJsonObject(spec) && isJsonObject(metadata["annotations"]));
  assert.equal(metadata["annotations"]["reviewed"], "yes");
  assert.deepEqual(metadata["labels"], { a: "b" });
  assert.equal(spec["dryRun"], true);
  const replaced = await kubectl.run(["replace", "-f", "-"], POLICY);
  assert.match(replaced.stdout, /gold replaced/);
  const deleted = await kubectl.run(["delete", "stp", "gold"]);
  assert.equal(deleted.stdout, 'storagepolicy.cnpg.supporttools.io "gold" deleted\n');
  const gone = await kubectl.run(["get", "stp", "gold"]);
  assert.match(gone.stderr, /storagepolicies.cnpg.supporttools.io "gold" not found/);
});

await kubectlTest("kubectl patch merges the lists of built-in kinds", async (kubectl) => {
  const { server } = kubectl.rig;
  server.create(POD, postgresPod(), { user: "test", namespace: "a" });
  const patch = '{"spec":{"containers":[{"name":"postgres","image":"postgres:18"}]}}';
  const { ok, stderr } = await kubectl.run(["patch", "pod", "pg-1", "-p", patch]);
  assert.ok(ok, stderr);
  const spec = server.find(POD, { namespace: "a", name: "pg-1" })?.["spec"];
  assert.ok(isJsonObject(spec));
  assert.deepEqual(spec["containers"], [{ name: "postgres", image: "postgres:18", tty: true }]);
});

await kubectlTest("kubectl api-resources lists kinds with their short names", async (kubectl) => {
  const { stdout } = await kubectl.run(["api-resources", "--categories=cnpg-storage"]);
  assert.match(stdout, /^clusterstorages +cst +cnpg.supporttools.io\/v1alpha1 +true +ClusterSto/m);
  assert.match(stdout, /^storageevents +ste /m);
  const version = await kubectl.run(["version"]);
  assert.match(version.stdout, /Server Version: v1\.\d+/);
  assert.equal((await kubectl.run(["get", "--raw", "/readyz"])).stdout, "ok");
});

function activeStatus(): JsonObject {
  return {
    managedClusters: 3,
    conditions: [{
      type: "Active",
      status: "True",
      reason: "Governing",
      message: "governs 3 clusters",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    }],
  };
}

function postgresPod(): JsonObject {
  return {
    metadata: { name: "pg-1" },
    spec: { containers: [{ name: "postgres", image: "postgres:17", tty: true }] },
  };
}

function claim(): JsonObject {
  return {
    metadata: { name: "pg-1" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage: "1Gi" } },
    },
  };
}
