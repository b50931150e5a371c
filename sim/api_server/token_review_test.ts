import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject, parseJsonObject } from "../../kube/json.ts";
import { POD, SERVICE_ACCOUNT, TOKEN_REVIEW } from "../../kube/resources.ts";
import type { ApiServer, TokenIdentity } from "./api_server.ts";
import { metadataText } from "./metadata.ts";
import { createSmallServer, TESTER } from "./testing/small_server.ts";

const IDENTITY: Omit<TokenIdentity, "expiresAtMs"> = {
  user: "system:serviceaccount:a:one",
  uid: "u-1",
  groups: ["system:serviceaccounts"],
  audiences: ["ours", "theirs"],
  pod: { name: "one-1", uid: "p-1" },
};

function review(server: ApiServer, token: string, audiences?: readonly string[]): JsonObject {
  const body = { spec: { token, ...audiences === undefined ? {} : { audiences } } };
  const { status } = server.create(TOKEN_REVIEW, body, TESTER);
  assert.ok(isJsonObject(status));
  return status;
}

Deno.test("a TokenReview names the user, the pod and the audiences asked for that the token has", () => {
  const { server, clock } = createSmallServer();
  const pod = server.create(POD, { metadata: { name: "one-1" } }, { ...TESTER, namespace: "a" });
  const uid = metadataText(pod, "uid");
  const token = server.issueToken({
    ...IDENTITY,
    pod: { name: "one-1", uid },
    expiresAtMs: clock.now() + 60_000,
  });
  assert.deepEqual(review(server, token, ["ours", "others"]), {
    authenticated: true,
    audiences: ["ours"],
    user: {
      username: "system:serviceaccount:a:one",
      uid: "u-1",
      groups: ["system:serviceaccounts"],
      extra: {
        "authentication.kubernetes.io/pod-name": ["one-1"],
        "authentication.kubernetes.io/pod-uid": [uid],
      },
    },
  });
  assert.equal(server.all(TOKEN_REVIEW).length, 0);
  server.delete(POD, { namespace: "a", name: "one-1" }, TESTER);
  assert.equal(review(server, token, ["ours"])["authenticated"], undefined);
});

Deno.test("a TokenReview of a foreign, unknown or expired token authenticates nobody and says why", async () => {
  const { server, clock } = createSmallServer();
  const token = server.issueToken({ ...IDENTITY, expiresAtMs: clock.now() + 60_000 });
  for (
    const status of [
      review(server, token, ["others"]),
      review(server, token),
      review(server, "x.y.z", ["ours"]),
    ]
  ) {
    assert.equal(status["authenticated"], undefined);
    assert.match(String(status["error"]), /invalid bearer token/);
  }
  assert.equal(server.identify(token)?.uid, "u-1");
  await clock.advance(60_000);
  assert.equal(server.identify(token), undefined);
  assert.equal(review(server, token, ["ours"])["authenticated"], undefined);
});

Deno.test("a token has the claims of a ServiceAccount token that is bound to a pod", () => {
  const { server, clock } = createSmallServer();
  const identity = { ...IDENTITY, expiresAtMs: clock.now() + 60_000 };
  const parts = server.issueToken(identity).split(".");
  assert.equal(parts.length, 3);
  for (const part of parts) assert.match(part, /^[A-Za-z0-9_-]+$/);
  const payload = new TextDecoder().decode(
    Uint8Array.fromBase64(parts[1] ?? "", { alphabet: "base64url" }),
  );
  const claims = parseJsonObject(payload, "the claims");
  assert.equal(claims["sub"], IDENTITY.user);
  assert.deepEqual(claims["aud"], IDENTITY.audiences);
  assert.equal(claims["exp"], (clock.now() + 60_000) / 1_000);
  assert.deepEqual(claims["kubernetes.io"], {
    namespace: "a",
    pod: IDENTITY.pod,
    serviceaccount: { name: "one", uid: "u-1" },
  });
  assert.notEqual(server.issueToken(identity), parts.join("."));
});

Deno.test("a token that a ServiceAccount was asked for is bound to the pod and passes a review", () => {
  const { server } = createSmallServer();
  const inA = { ...TESTER, namespace: "a" };
  server.create(SERVICE_ACCOUNT, { metadata: { name: "one" } }, inA);
  const pod = server.create(POD, { metadata: { name: "one-1" } }, inA);
  const uid = metadataText(pod, "uid");
  function request(spec: JsonObject, name = "one"): JsonObject {
    return server.create(SERVICE_ACCOUNT, { spec }, { ...inA, name, subresource: "token" });
  }
  const boundObjectRef = { kind: "Pod", name: "one-1", uid };
  const { status } = request({ audiences: ["ours"], boundObjectRef });
  assert.ok(isJsonObject(status));
  const { user, authenticated } = review(server, String(status["token"]), ["ours"]);
  assert.ok(authenticated === true && isJsonObject(user));
  assert.equal(user["username"], "system:serviceaccount:a:one");
  assert.deepEqual(user["extra"], {
    "authentication.kubernetes.io/pod-name": ["one-1"],
    "authentication.kubernetes.io/pod-uid": [uid],
  });
  assert.equal(status["expirationTimestamp"], "2026-01-01T01:00:00Z");
  assert.throws(() => request({}, "two"), { code: 404 });
  assert.throws(() => request({ expirationSeconds: 5 }), { code: 422 });
  const other = { ...boundObjectRef, uid: "other" };
  assert.throws(() => request({ boundObjectRef: other }), { code: 409 });
  assert.throws(
    () => server.create(SERVICE_ACCOUNT, {}, { ...inA, name: "one", subresource: "other" }),
    { code: 404 },
  );
  assert.equal(server.all(SERVICE_ACCOUNT).length, 1);
});
