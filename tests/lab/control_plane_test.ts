import assert from "node:assert/strict";
import { ApiError, type KubeApi } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS, TOKEN_REVIEW } from "../../kube/resources.ts";
import { at, textAt } from "./claim.ts";
import { CLUSTER } from "./crds.ts";
import { labTest, startLab } from "./lab.ts";
import { report } from "./report.ts";

const AUDIENCE = "cnpg-storage-manager";

await labTest(
  "startLab() serves CNPG's Cluster, tokens and RBAC, and leaves nothing",
  async (t) => {
    let directory = "";
    let pids: number[] = [];
    {
      const startedAt = performance.now();
      await using lab = await startLab({ ownCrds: true });
      const { etcd, kubeApiserver } = lab.controlPlane.processes;
      directory = lab.directory;
      pids = [etcd.pid, kubeApiserver.pid];
      report("control plane ready", lab.controlPlane.readyAfterMs);
      report("lab ready, with CRD", performance.now() - startedAt);
      report("kube-apiserver RSS, MiB", await kubeApiserver.residentBytes() / 1024 ** 2, "");
      report("etcd RSS, MiB", await etcd.residentBytes() / 1024 ** 2, "");

      const fixtureAt = performance.now();
      const cluster = await lab.createCluster({ namespace: "prod", walBytes: 512 * 1024 ** 2 });
      report("cluster with two xfs volumes", performance.now() - fixtureAt);

      await t.step("a cluster looks as the operator leaves it", async () => {
        const found = await lab.api.get(CLUSTER, { namespace: "prod", name: "pg" });
        assert.equal(at(found, "spec", "postgresUID"), 26, "the CRD's defaults apply");
        assert.equal(textAt(found, "status", "currentPrimary"), "pg-1");
        const claim = await lab.api.get(PERSISTENT_VOLUME_CLAIM, {
          namespace: "prod",
          name: "pg-1-wal",
        });
        assert.equal(textAt(claim, "metadata", "labels", "cnpg.io/pvcRole"), "PG_WAL");
        assert.equal(textAt(claim, "status", "phase"), "Bound");
      });

      await t.step(
        "a token bound to a pod is reviewed as that pod's, for its audience only",
        async () => {
          const [instance] = cluster.instances;
          assert.ok(instance);
          const token = await lab.controlPlane.createServiceAccountToken({
            namespace: "prod",
            serviceAccount: cluster.serviceAccount,
            boundPod: { name: instance.name, uid: instance.podUid },
            audience: AUDIENCE,
          });
          const ours = await review(lab.api, token, AUDIENCE);
          assert.equal(at(ours, "authenticated"), true);
          assert.equal(textAt(ours, "user", "username"), "system:serviceaccount:prod:pg");
          assert.deepEqual(at(ours, "user", "extra", "authentication.kubernetes.io/pod-name"), [
            "pg-1",
          ]);
          assert.deepEqual(
            at(ours, "user", "extra", "authentication.kubernetes.io/pod-uid"),
            [instance.podUid],
          );
          assert.notEqual(at(await review(lab.api, token, "somebody-else"), "authenticated"), true);
        },
      );

      await t.step(
        "RBAC refuses what nobody granted, and writes show in the audit log",
        async () => {
          const nobody = lab.controlPlane.client(
            await lab.controlPlane.connectServiceAccount("prod", cluster.serviceAccount),
          );
          await assert.rejects(
            nobody.patch(PERSISTENT_VOLUME_CLAIM, { namespace: "prod", name: "pg-1" }, {
              type: "merge",
              body: { metadata: { labels: { stolen: "true" } } },
            }),
            (error: unknown) => error instanceof ApiError && error.code === 403,
          );
          const refused = (await lab.controlPlane.auditLog()).findLast((entry) =>
            entry.code === 403
          );
          assert.equal(refused?.user, "system:serviceaccount:prod:pg");
          assert.equal(refused?.verb, "patch");
          assert.equal(refused?.resource, "persistentvolumeclaims");
          assert.ok(Math.abs(Date.now() - refused.receivedAtMs) < 60_000);
        },
      );

      await t.step("kubectl and other clients get a kubeconfig", async () => {
        const connection = await lab.controlPlane.connectUser({
          user: "viewer",
          groups: ["viewers"],
        });
        const path = await lab.controlPlane.writeKubeconfig("viewer", connection, "prod");
        const config: unknown = JSON.parse(await Deno.readTextFile(path));
        assert.equal(textAt(config, "current-context"), "lab");
        await assert.rejects(
          lab.controlPlane.client(connection).list(STORAGE_CLASS, {}),
          (error: unknown) => error instanceof ApiError && /"viewer"/.test(error.message),
        );
      });
    }
    await assert.rejects(Deno.stat(directory), Deno.errors.NotFound);
    assert.ok(!(await Deno.readTextFile("/proc/mounts")).includes(directory));
    for (const pid of pids) {
      await assert.rejects(Deno.stat(`/proc/${pid}`), Deno.errors.NotFound);
    }
  },
);

async function review(api: KubeApi, token: string, audience: string): Promise<unknown> {
  const answer = await api.create(TOKEN_REVIEW, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token, audiences: [audience] },
  });
  return answer["status"];
}
