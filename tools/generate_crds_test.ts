import assert from "node:assert/strict";
import { parse } from "yaml";
import * as z from "zod";
import { generatedFiles } from "./generate_crds.ts";

const CRD_FOLDER = "charts/cnpg-storage-manager/files/crds";

const crdSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    names: z.object({ shortNames: z.array(z.string()), categories: z.array(z.string()) }),
    versions: z.array(z.object({
      name: z.string(),
      subresources: z.object({ status: z.object({}) }),
      additionalPrinterColumns: z.array(z.object({ name: z.string(), jsonPath: z.string() })),
      schema: z.object({ openAPIV3Schema: z.looseObject({ properties: z.looseObject({}) }) }),
    })),
  }),
});

async function crd(plural: string): Promise<z.infer<typeof crdSchema>> {
  const text = (await generatedFiles()).get(`${CRD_FOLDER}/${plural}.yaml`);
  assert.ok(text !== undefined);
  return crdSchema.parse(parse(text));
}

Deno.test("generatedFiles() makes a manifest and a page for each resource", async () => {
  assert.deepEqual([...(await generatedFiles()).keys()].sort(), [
    `${CRD_FOLDER}/clusterstorages.yaml`,
    `${CRD_FOLDER}/storageevents.yaml`,
    `${CRD_FOLDER}/storagepolicies.yaml`,
    "docs/reference/clusterstorage.md",
    "docs/reference/storageevent.md",
    "docs/reference/storagepolicy.md",
  ]);
});

Deno.test("generatedFiles() names each resource as its manifest's file", async () => {
  for (
    const [plural, shortName] of [
      ["storagepolicies", "stp"],
      ["storageevents", "ste"],
      ["clusterstorages", "cst"],
    ]
  ) {
    const { metadata, spec } = await crd(plural ?? "");
    assert.equal(metadata.name, `${plural}.cnpg.supporttools.io`);
    assert.deepEqual(spec.names.shortNames, [shortName]);
    assert.deepEqual(spec.names.categories, ["cnpg-storage"]);
    assert.deepEqual(spec.versions.map(({ name }) => name), ["v1alpha1"]);
  }
});

Deno.test("generatedFiles() puts no default and no reference into a manifest", async () => {
  for (const [path, text] of await generatedFiles()) {
    if (!path.endsWith(".yaml")) continue;
    assert.doesNotMatch(text, /^\s+default:/m);
    assert.doesNotMatch(text, /\$ref|additionalProperties: false|[&*]a\d/);
  }
});

Deno.test("generatedFiles() compares every pair of thresholds, and only where both are set", async () => {
  const text = (await generatedFiles()).get(`${CRD_FOLDER}/storagepolicies.yaml`) ?? "";
  const rules = [...text.matchAll(/rule: "?(!has\(self\.\w+\) .*<= self\.\w+)/g)]
    .map(([, rule]) => rule);
  // Those of the policy, and those of each of its three kinds of role.
  assert.equal(rules.length, 4 * 6);
  assert.equal(new Set(rules).size, 6);
  assert.ok(rules.includes(
    "!has(self.warning) || !has(self.emergency) || self.warning <= self.emergency",
  ));
});

Deno.test("generatedFiles() shows built-in values on the page of policies", async () => {
  const page = (await generatedFiles()).get("docs/reference/storagepolicy.md") ?? "";
  assert.match(page, /\| `thresholds\.expansion` \| integer \| 1 to 99 \| `85` \|/);
  assert.match(page, /\| `expansion\.maxSize` \| quantity \| {2}\| {2}\|/);
});
