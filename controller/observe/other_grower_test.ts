// Who else grows a claim, by the signs on it and on its class.

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { claimObject, storageClassObject } from "../testing/builders.ts";
import { otherGrowerOf } from "./other_grower.ts";
import { projectClaim } from "./project_claim.ts";
import { projectStorageClass } from "./project_storage_class.ts";

type Annotations = Readonly<Record<string, string>>;

const LIMIT = { "resize.topolvm.io/storage_limit": "50Gi" };
const ENABLED = { "resize.topolvm.io/enabled": "true" };
const POLICY = { "trident.netapp.io/autogrowPolicy": "gold" };
const NO_POLICY = { "trident.netapp.io/autogrowPolicy": "None" };

function annotated(object: JsonObject, annotations: Annotations): JsonObject {
  return { ...object, metadata: { ...Object(object["metadata"]), annotations } };
}

function growerOf(
  onClaim: Annotations,
  onClass: Annotations,
  limits?: { readonly storage: string },
): string | undefined {
  const bare = claimObject();
  const spec = Object(bare["spec"]);
  const object: JsonObject = {
    ...bare,
    spec: {
      ...spec,
      resources: { ...spec.resources, ...(limits === undefined ? {} : { limits }) },
    },
  };
  const claim = projectClaim(annotated(object, onClaim));
  const storageClass = projectStorageClass(annotated(storageClassObject(), onClass));
  const grower = otherGrowerOf(claim, storageClass);
  return grower && `${grower.kind}: ${grower.sign}`;
}

Deno.test("otherGrowerOf() recognises pvc-autoresizer and Trident by what makes them act", () => {
  const cases: [Annotations, Annotations, { storage: string } | undefined, RegExp | undefined][] = [
    [{}, {}, undefined, undefined],
    [{}, {}, { storage: "50Gi" }, undefined],
    [{}, ENABLED, undefined, undefined],
    [
      LIMIT,
      {},
      undefined,
      /^pvc-autoresizer: annotation resize\.topolvm\.io\/storage_limit: 50Gi$/,
    ],
    [LIMIT, ENABLED, undefined, /^pvc-autoresizer/],
    [
      {},
      ENABLED,
      { storage: "50Gi" },
      /^pvc-autoresizer: annotation .*enabled of its StorageClass/,
    ],
    [{}, { "resize.topolvm.io/enabled": "false" }, { storage: "50Gi" }, undefined],
    [{ "resize.topolvm.io/storage_limit": "" }, {}, undefined, undefined],
    [{ "resize.topolvm.io/pre_capacity_bytes": "1" }, {}, undefined, undefined],
    [POLICY, {}, undefined, /^trident: annotation .*autogrowPolicy: gold$/],
    [{}, POLICY, undefined, /^trident: annotation .*autogrowPolicy: gold of its StorageClass$/],
    [NO_POLICY, POLICY, undefined, undefined],
  ];
  for (const [onClaim, onClass, limits, expected] of cases) {
    const found = growerOf(onClaim, onClass, limits);
    if (expected === undefined) assert.equal(found, undefined);
    else assert.match(found ?? "", expected);
  }
});

Deno.test("projectClaim() keeps nothing of annotations that say nothing of growth", () => {
  const claim = projectClaim(annotated(claimObject(), { note: "x".repeat(10_000) }));
  assert.equal(claim.growerSigns, undefined);
  assert.ok(!JSON.stringify(claim).includes("xxx"));
});
