import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { NAMESPACE, POD } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import { type Lab, labTest, startLab } from "../lab/lab.ts";
import { RELEASE, renderedObjects } from "./helm.ts";
import { objectOf } from "./manifests.ts";
import { resourceOf } from "./resources.ts";
import { VALUE_SETS } from "./value_sets.ts";

const POD_NAME = "controller-0";
/** Namespaces that the value sets name. */
const NAMESPACES = ["prod", "staging"];

await labTest("a Kubernetes API server takes every object of the chart as it is", async (t) => {
  await using lab = await startLab();
  for (const name of [RELEASE.namespace, ...NAMESPACES]) await createNamespace(lab, name);
  for (const [name, values] of VALUE_SETS) {
    await t.step(`with ${name}`, async () => {
      const objects = await renderedObjects(values);
      for (const object of objects) await applyDry(lab, object);
      await createPodDry(lab, objectOf(objects, "StatefulSet"));
    });
  }
});

/** The strictest Pod Security is enforced in all of them. */
async function createNamespace(lab: Lab, name: string): Promise<void> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await lab.api.create(NAMESPACE, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  });
}

/** Server-side apply refuses every field that the kind does not have. */
async function applyDry(lab: Lab, object: JsonObject): Promise<void> {
  const resource = resourceOf(textAt(object, "kind"));
  const name = {
    name: textAt(object, "metadata", "name"),
    namespace: resource.namespaced ? textAt(object, "metadata", "namespace") : undefined,
  };
  await lab.api.patch(resource, name, { type: "apply", body: object }, {
    fieldManager: "lab",
    dryRun: true,
  });
}

/** A StatefulSet is taken whatever pods it would make, so its pod is tried as well. */
async function createPodDry(lab: Lab, workload: JsonObject): Promise<void> {
  const namespace = RELEASE.namespace;
  const spec = at(workload, "spec", "template", "spec");
  assert.ok(isJsonObject(spec));
  const volumes = at(spec, "volumes");
  await lab.api.create(POD, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name: POD_NAME },
    spec: {
      ...spec,
      volumes: [...Array.isArray(volumes) ? volumes : [], ...claimVolumes(workload)],
    },
  }, { namespace, dryRun: true });
}

/** The volumes that the controller of StatefulSets adds: one for each template of a claim. */
function claimVolumes(workload: JsonObject): JsonObject[] {
  const templates = at(workload, "spec", "volumeClaimTemplates");
  if (!Array.isArray(templates)) return [];
  return templates.map((template) => {
    const name = textAt(template, "metadata", "name");
    return { name, persistentVolumeClaim: { claimName: `${name}-${POD_NAME}` } };
  });
}
