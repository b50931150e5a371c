import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "yaml";
import { ApiError, type JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import type { ServedResource } from "../api_server.ts";
import { servedResourcesOf } from "../served_resources.ts";

const CRDS = `${import.meta.dirname}/../../../charts/cnpg-storage-manager/files/crds`;
const UNCHECKED =
  "<nil>: Invalid value: null: some validation rules were not checked because the " +
  "object was invalid; correct the existing errors to complete validation";
const SIZE_RULE = "must be a size above zero and below 8Pi, such as 10Gi";

function load(file: string): ServedResource {
  const manifest: unknown = parse(Deno.readTextFileSync(`${CRDS}/${file}.yaml`));
  assert.ok(isJsonObject(manifest));
  const [served] = servedResourcesOf([manifest]);
  assert.ok(served);
  return served;
}

const policies = load("storagepolicies");

function policy(spec: unknown): JsonObject {
  return {
    apiVersion: "cnpg.supporttools.io/v1alpha1",
    kind: "StoragePolicy",
    metadata: { name: "p", namespace: "db" },
    spec,
  };
}

function prepare(object: JsonObject): JsonObject {
  const prepared = policies.prepare?.(object, undefined);
  assert.ok(prepared);
  return prepared;
}

/** What is wrong with a spec; the beginning of the message, which is always the same, is left out. */
function refusal(spec: unknown): string {
  try {
    prepare(policy(spec));
  } catch (error) {
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, 422);
    assert.equal(error.reason, "Invalid");
    const start = 'StoragePolicy.cnpg.supporttools.io "p" is invalid: ';
    assert.ok(error.message.startsWith(start), error.message);
    return error.message.slice(start.length);
  }
  return "";
}

// Each text is what kube-apiserver 1.36.3 answers.
const REFUSALS: readonly (readonly [string, unknown, string])[] = [
  ["no spec", null, `[spec: Required value, ${UNCHECKED}]`],
  [
    "a list as spec",
    [],
    `[spec: Invalid value: "array": spec in body must be of type object: "array", ${UNCHECKED}]`,
  ],
  [
    "a number above its maximum",
    { thresholds: { warning: 101 } },
    "spec.thresholds.warning: Invalid value: 101: spec.thresholds.warning in body should be less " +
    "than or equal to 99",
  ],
  [
    "a number below its minimum",
    { thresholds: { warning: 0 } },
    "spec.thresholds.warning: Invalid value: 0: spec.thresholds.warning in body should be greater " +
    "than or equal to 1",
  ],
  [
    "a fraction",
    { thresholds: { warning: 50.5 } },
    '[spec.thresholds.warning: Invalid value: "number": spec.thresholds.warning in body must be of ' +
    'type integer: "number", <nil>: Invalid value: "": Checked value must be of type integer ' +
    `(default format) in spec.thresholds.warning, ${UNCHECKED}]`,
  ],
  [
    "a text for a number",
    { thresholds: { warning: "80" } },
    '[spec.thresholds.warning: Invalid value: "string": spec.thresholds.warning in body must be of ' +
    `type integer: "string", ${UNCHECKED}]`,
  ],
  [
    "a rule that does not hold",
    { thresholds: { warning: 90, critical: 80 } },
    "spec.thresholds: Invalid value: warning must not be above critical",
  ],
  [
    "two rules that do not hold",
    { thresholds: { warning: 90, critical: 80, expansion: 85 } },
    "[spec.thresholds: Invalid value: warning must not be above critical, spec.thresholds: Invalid " +
    "value: warning must not be above expansion]",
  ],
  [
    "a size of zero",
    { thresholds: { minFree: "0" } },
    `spec.thresholds.minFree: Invalid value: "0": ${SIZE_RULE}`,
  ],
  [
    "a size too large",
    { thresholds: { minFree: "9Pi" } },
    `spec.thresholds.minFree: Invalid value: "9Pi": ${SIZE_RULE}`,
  ],
  [
    "a text too long",
    { thresholds: { minFree: "1".repeat(33) } },
    `[spec.thresholds.minFree: Too long: may not be more than 32 bytes, ${UNCHECKED}]`,
  ],
  [
    "an unknown word",
    { expansion: { writeBack: "x" } },
    `[spec.expansion.writeBack: Unsupported value: "x": supported values: "cluster", "none", ${UNCHECKED}]`,
  ],
  [
    "a field that is missing in an item",
    { selector: { matchExpressions: [{ operator: "Exists" }] } },
    `[spec.selector.matchExpressions[0].key: Required value, ${UNCHECKED}]`,
  ],
  [
    "an empty text",
    { excludeClusters: [{ name: "" }] },
    'spec.excludeClusters[0].name: Invalid value: "": spec.excludeClusters[0].name in body should be ' +
    "at least 1 chars long",
  ],
  [
    "a text that does not match",
    { alerting: { channels: [{ type: "webhook", endpoint: "ftp://x" }] } },
    'spec.alerting.channels[0].endpoint: Invalid value: "ftp://x": ' +
    "spec.alerting.channels[0].endpoint in body should match '^https?:\\/\\/'",
  ],
  [
    "a list too long",
    { expansion: { tiers: new Array(9).fill({ upTo: "1Gi", percentage: 5 }) } },
    `[spec.expansion.tiers: Too many: 9: must have at most 8 items, ${UNCHECKED}]`,
  ],
  [
    "a map too large",
    {
      selector: {
        matchLabels: Object.fromEntries([...Array(33).keys()].map((n) => [`k${n}`, ""])),
      },
    },
    `[spec.selector.matchLabels: Too many: 33: must have at most 32 items, ${UNCHECKED}]`,
  ],
  [
    "a label that is no text",
    { selector: { matchLabels: { a: 5 } } },
    '[spec.selector.matchLabels.a: Invalid value: "integer": spec.selector.matchLabels.a in body must ' +
    `be of type string: "integer", ${UNCHECKED}]`,
  ],
  [
    "tiers of the same size in other words",
    { expansion: { tiers: [{ upTo: "1Gi", percentage: 5 }, { upTo: "1024Mi", percentage: 5 }] } },
    "spec.expansion.tiers: Invalid value: each tier needs an upTo of its own",
  ],
];

for (const [what, spec, text] of REFUSALS) {
  Deno.test(`prepare() refuses a StoragePolicy with ${what} as kube-apiserver does`, () => {
    assert.equal(refusal(spec), text);
  });
}

Deno.test("prepare() drops nulls that the schema does not allow", () => {
  assert.deepEqual(prepare(policy({ dryRun: null, thresholds: { warning: 80 } }))["spec"], {
    thresholds: { warning: 80 },
  });
});

Deno.test("prepare() prunes what unknownFields() names", () => {
  const object = { ...policy({ foo: 1, thresholds: { warnin: 80 } }), more: {} };
  assert.deepEqual(policies.unknownFields?.(object), [
    "more",
    "spec.foo",
    "spec.thresholds.warnin",
  ]);
  assert.deepEqual(prepare(object), policy({ thresholds: {} }));
});

Deno.test("prepare() lets nobody change what a StorageEvent set out to do", () => {
  const events = load("storageevents");
  const before = {
    apiVersion: "cnpg.supporttools.io/v1alpha1",
    kind: "StorageEvent",
    metadata: { name: "e", namespace: "db" },
    spec: {
      clusterRef: { name: "main", namespace: "db", uid: "u" },
      eventType: "expansion",
      trigger: "threshold-breach",
    },
  };
  const after = { ...before, spec: { ...before.spec, eventType: "wal-cleanup" } };
  let text = "";
  try {
    events.prepare?.(after, before);
  } catch (error) {
    text = error instanceof Error ? error.message : "";
  }
  assert.match(text, /eventType: what an event set out to do cannot be changed/);
});

const anySpec = fc.record({
  dryRun: fc.oneof(fc.boolean(), fc.constant(null)),
  extra: fc.jsonValue(),
  thresholds: fc.record({
    warning: fc.integer({ min: 0, max: 110 }),
    critical: fc.integer({ min: 0, max: 110 }),
    minFree: fc.constantFrom("1Gi", "5", "x", "9Pi"),
  }, { requiredKeys: [] }),
  selector: fc.record({ matchLabels: fc.dictionary(fc.string(), fc.string()) }),
}, { requiredKeys: [] });

Deno.test("prepare() leaves alone what it let pass before", () => {
  fc.assert(fc.property(anySpec, (spec) => {
    let once: JsonObject;
    try {
      once = prepare(policy(spec));
    } catch (error) {
      assert.ok(error instanceof ApiError);
      return;
    }
    assert.deepEqual(prepare(once), once);
    assert.deepEqual(policies.unknownFields?.(once), []);
  }));
});
