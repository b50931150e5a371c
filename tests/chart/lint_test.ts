import assert from "node:assert/strict";
import { parse } from "yaml";
import { VERSION } from "../../controller/version.ts";
import { at, textAt } from "../lab/claim.ts";
import { moduleVersion } from "../lab/versions.ts";
import { CHART, chartTest, helm, PREFIX, RELEASE, render, renderedObjects } from "./helm.ts";
import { FOREIGN_VALUE_SETS, VALUE_SETS } from "./value_sets.ts";

/** A label that Kubernetes takes. */
const LABEL = /^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;

for (const [name, values] of [...VALUE_SETS, ...FOREIGN_VALUE_SETS]) {
  await chartTest(`helm lint finds nothing in the chart with ${name}`, async () => {
    const version = await moduleVersion("kubernetes");
    const answer = await helm(["lint", "--strict", "--kube-version", version, CHART], values);
    assert.ok(answer.ok, answer.text);
  });

  await chartTest(
    `the chart with ${name} renders objects that are named, placed and labelled`,
    async () => {
      const objects = await renderedObjects(values);
      const names = objects.map((object) =>
        [["kind"], ["metadata", "namespace"], ["metadata", "name"]]
          .map((path) => textAt(object, ...path)).join(" ")
      );
      assert.equal(new Set(names).size, objects.length, names.join(", "));
      for (const object of objects) {
        assert.notEqual(textAt(object, "metadata", "name"), "");
        const labels = at(object, "metadata", "labels");
        assert.equal(textAt(labels, "app.kubernetes.io/instance"), RELEASE.name);
        assert.equal(textAt(labels, "app.kubernetes.io/managed-by"), "Helm");
        for (
          const key of ["app.kubernetes.io/name", "app.kubernetes.io/version", "helm.sh/chart"]
        ) {
          assert.match(textAt(labels, key), LABEL);
        }
      }
    },
  );
}

await chartTest("names stay within 63 characters whatever the release is called", async () => {
  for (const name of ["n".repeat(53), "a", `x-${"cnpg-storage-manager".repeat(2)}`]) {
    for (
      const object of await renderedObjects({ fullnameOverride: name, crds: { install: false } })
    ) {
      assert.ok(textAt(object, "metadata", "name").length <= 63);
    }
  }
});

await chartTest("a release that bears the chart's name does not say it twice", async () => {
  const version = await moduleVersion("kubernetes");
  const args = ["template", "cnpg-storage-manager", CHART, "--kube-version", version];
  assert.match(
    (await helm(args)).stdout,
    /kind: StatefulSet\nmetadata:\n {2}name: cnpg-storage-manager\n/,
  );
  assert.match(
    (await render()).stdout,
    new RegExp(`kind: StatefulSet\nmetadata:\n {2}name: ${PREFIX}\n`),
  );
});

await chartTest("the chart has the version of the product", async () => {
  const chart: unknown = parse(await Deno.readTextFile(`${CHART}/Chart.yaml`));
  assert.equal(textAt(chart, "version"), VERSION);
  assert.equal(textAt(chart, "appVersion"), VERSION);
});

await chartTest("a Kubernetes that is too old is refused", async () => {
  const answer = await helm(["template", "old", CHART, "--kube-version", "1.29.9"]);
  assert.equal(answer.ok, false);
  assert.match(answer.text, /requires kubeVersion: >=1\.30\.0-0/);
});
