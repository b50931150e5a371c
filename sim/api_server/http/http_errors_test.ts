import assert from "node:assert/strict";

import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { createRecordingLogger } from "../../../kube/testing/recording_logger.ts";
import { BODY_BYTES_MAX } from "./node_http.ts";
import { type HttpRig, startHttpRig } from "./testing/http_rig.ts";

const PODS = "/api/v1/namespaces/a/pods";
const JSON_TYPE = { "content-type": "application/json" };
const POLICIES = "/apis/cnpg.supporttools.io/v1alpha1/namespaces/a/storagepolicies";

async function statusOf(rig: HttpRig, path: string, init?: RequestInit): Promise<JsonObject> {
  const response = await rig.request(path, init);
  const status: unknown = await response.json();
  assert.ok(isJsonObject(status));
  assert.equal(status["kind"], "Status");
  assert.equal(status["code"], response.status);
  return status;
}

const failures: readonly {
  readonly what: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly code: number;
}[] = [
  { what: "a path that leads nowhere", path: "/nothing", code: 404 },
  { what: "a kind that is not served", path: "/api/v1/podds", code: 404 },
  { what: "a group that is not served", path: "/apis/example.com", code: 404 },
  { what: "a version that is not served", path: "/apis/storage.k8s.io/v9", code: 404 },
  { what: "a document that is not there", path: "/openapi/v3/apis/a/v1", code: 404 },
  { what: "OpenAPI of version 2", path: "/openapi/v2", code: 404 },
  { what: "an object that is not there", path: `${PODS}/x`, code: 404 },
  { what: "a write to discovery", path: "/version", init: { method: "POST" }, code: 405 },
  { what: "the deletion of a collection", path: PODS, init: { method: "DELETE" }, code: 405 },
  { what: "a patch of a collection", path: PODS, init: { method: "PATCH" }, code: 405 },
  {
    what: "an object that is created in no namespace",
    path: "/api/v1/pods",
    init: post("{}"),
    code: 405,
  },
  { what: "an object that is created at a name", path: `${PODS}/x`, init: post("{}"), code: 405 },
  { what: "the replacement of a collection", path: PODS, init: put("{}"), code: 405 },
  { what: "an unknown method", path: PODS, init: { method: "OPTIONS" }, code: 405 },
  { what: "a body that is no JSON", path: PODS, init: post("{"), code: 400 },
  { what: "a body that is no object", path: PODS, init: post("[]"), code: 400 },
  { what: "a kind that is another", path: PODS, init: post('{"kind":"Node"}'), code: 400 },
  { what: "a version that is another", path: PODS, init: post('{"apiVersion":"v2"}'), code: 400 },
  {
    what: "protobuf",
    path: PODS,
    init: post("", "application/vnd.kubernetes.protobuf"),
    code: 415,
  },
  {
    what: "a patch of no known type",
    path: `${PODS}/x`,
    init: patch("{}", "text/plain"),
    code: 415,
  },
  {
    what: "operations that are no list",
    path: `${PODS}/x`,
    init: patch("{}", "application/json-patch+json"),
    code: 400,
  },
  {
    what: "an apply that is no YAML",
    path: `${PODS}/x`,
    init: patch("a: b: c", "application/apply-patch+yaml"),
    code: 400,
  },
  {
    what: "a form that is not served",
    path: PODS,
    init: { headers: { accept: "a/b" } },
    code: 406,
  },
  { what: "an unknown token", path: "/version", init: bearer("unknown"), code: 401 },
  {
    what: "a table with an odd part",
    path: `${PODS}?includeObject=Half`,
    init: { headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" } },
    code: 400,
  },
  { what: "a watch of an odd selection", path: `${PODS}?watch=1&labelSelector=a%20%2F`, code: 400 },
];

for (const { what, path, init, code } of failures) {
  Deno.test(`serveApi() answers ${code} to ${what}`, async () => {
    await using rig = await startHttpRig();
    assert.equal((await statusOf(rig, path, init))["code"], code);
  });
}

Deno.test("serveApi() answers 413 to a body that is too large", async () => {
  await using rig = await startHttpRig();
  const status = await statusOf(rig, PODS, post(" ".repeat(BODY_BYTES_MAX + 1)));
  assert.equal(status["reason"], "RequestEntityTooLarge");
});

Deno.test("serveApi() lets those without a token discover and no more", async () => {
  await using rig = await startHttpRig();
  for (const path of ["/healthz", "/livez", "/readyz", "/version", "/api", "/apis", "/api/v1"]) {
    const response = await fetch(`${rig.served.url}${path}`);
    assert.equal(response.status, 200, path);
    await response.body?.cancel();
  }
  const response = await fetch(`${rig.served.url}${PODS}`);
  assert.equal(response.status, 401);
  assert.equal((await response.json()).reason, "Unauthorized");
});

Deno.test("serveApi() knows users by the server's tokens until they expire", async () => {
  await using rig = await startHttpRig();
  const token = rig.server.issueToken({
    user: "system:serviceaccount:a:agent",
    uid: "1",
    groups: [],
    audiences: [],
    expiresAtMs: rig.clock.now() + 1_000,
  });
  const users: string[] = [];
  rig.server.audit(({ user }) => void users.push(user));
  const response = await rig.request(PODS, bearer(token));
  await response.body?.cancel();
  assert.deepEqual(users, ["system:serviceaccount:a:agent"]);
  await rig.clock.advance(1_000);
  assert.equal((await statusOf(rig, PODS, bearer(token)))["code"], 401);
});

Deno.test("serveApi() tells which fields are unknown", async () => {
  await using rig = await startHttpRig();
  const policy = JSON.stringify({ metadata: { name: "x" }, spec: { selector: {}, colour: 1 } });
  const strict = await statusOf(rig, `${POLICIES}?fieldValidation=Strict`, post(policy));
  assert.match(String(strict["message"]), /strict decoding error: unknown field "spec.colour"$/);
  const warned = await rig.request(POLICIES, post(policy));
  assert.equal(warned.headers.get("warning"), '299 - "unknown field \\"spec.colour\\""');
  assert.equal((await warned.json()).spec.colour, undefined);
  const merge = patch('{"spec":{"colour":null}}', "application/merge-patch+json");
  const removed = await rig.request(`${POLICIES}/x?fieldValidation=Strict`, merge);
  assert.equal(removed.status, 200);
  await removed.body?.cancel();
});

Deno.test("serveApi() takes YAML, and dry runs that a deletion's body asks for", async () => {
  await using rig = await startHttpRig();
  const created = await rig.request(PODS, post("metadata: { name: x }", "application/yaml"));
  assert.equal(created.status, 201);
  await created.body?.cancel();
  const deletion = { method: "DELETE", body: '{"dryRun":["All"]}', headers: JSON_TYPE };
  const deleted = await statusOf(rig, `${PODS}/x`, deletion).catch(() => undefined);
  assert.equal(deleted, undefined);
});

Deno.test("serveApi() says whether an apply made the object", async () => {
  await using rig = await startHttpRig();
  const object = "apiVersion: v1\nkind: Pod\nmetadata: { name: x }";
  const codes: number[] = [];
  for (const label of ["a", "b"]) {
    const text = object.replace("name: x", `name: x, labels: { l: ${label} }`);
    const apply = patch(text, "application/apply-patch+yaml");
    const response = await rig.request(`${PODS}/x?fieldManager=test`, apply);
    codes.push(response.status);
    await response.body?.cancel();
  }
  assert.deepEqual(codes, [201, 200]);
});

Deno.test("serveApi() says that it failed when the server breaks", async () => {
  const logger = createRecordingLogger();
  await using rig = await startHttpRig({
    logger,
    faults(): never {
      throw new RangeError("a plan that fails");
    },
  });
  const status = await statusOf(rig, PODS);
  assert.equal(status["reason"], "InternalError");
  assert.deepEqual(logger.lines.map(({ fields }) => fields["error"]), ["a plan that fails"]);
});

function post(body: string, type = "application/json"): RequestInit {
  return { method: "POST", body, headers: { "content-type": type } };
}

function put(body: string): RequestInit {
  return { method: "PUT", body, headers: JSON_TYPE };
}

function patch(body: string, type: string): RequestInit {
  return { method: "PATCH", body, headers: { "content-type": type } };
}

function bearer(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } };
}
