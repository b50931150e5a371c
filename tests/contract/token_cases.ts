/**
 * Contract: whose token it is, as a TokenReview tells.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { POD, TOKEN_REVIEW } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import { SERVICE_ACCOUNT } from "../lab/token.ts";
import { pause } from "../lab/wait.ts";
import type { Answer, ContractCase, ContractWorld, TokenOrder } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import { pod } from "./manifests.ts";

const AUDIENCE = "contract.test/reports";
const NAME = "manager";

/**
 * A real server learns of pods through a watch of its own, and remembers for ten seconds that a token was good:
 * every look takes another one.
 */
const LOOKS_MAX = 20;
const LOOK_EVERY_MS = 100;

/** An order for a pod. */
type PodTokenOrder = TokenOrder & { readonly pod: NonNullable<TokenOrder["pod"]> };

async function createServiceAccount({ api, namespace }: ContractWorld): Promise<string> {
  const made = await api.create(SERVICE_ACCOUNT, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: NAME },
  }, { namespace });
  return textAt(made, "metadata", "uid");
}

/** Makes a pod that runs as the ServiceAccount, and what to order for it. */
async function orderForPod(world: ContractWorld): Promise<PodTokenOrder> {
  const { api, namespace } = world;
  await createServiceAccount(world);
  const made = await api.create(POD, {
    ...pod("pg-1"),
    spec: { serviceAccountName: NAME, containers: [{ name: "postgres", image: "postgres" }] },
  }, { namespace });
  const bound = { name: "pg-1", uid: textAt(made, "metadata", "uid") };
  return { namespace, serviceAccount: NAME, audience: AUDIENCE, pod: bound };
}

/** Asks for a token of the ServiceAccount. */
function requestToken(
  { request, path }: ContractWorld,
  expirationSeconds: number,
): Promise<Answer> {
  return request("POST", path(SERVICE_ACCOUNT, NAME, "token"), {
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences: [AUDIENCE], expirationSeconds },
    },
  });
}

/** Has a token reviewed and gives the verdict. */
async function review(
  { api }: ContractWorld,
  token: string,
  audience = AUDIENCE,
): Promise<JsonObject> {
  const answer = await api.create(TOKEN_REVIEW, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token, audiences: [audience] },
  });
  const status = answer["status"];
  assert.ok(typeof status === "object" && status !== null);
  return { ...status };
}

function assertNotAuthenticated(status: JsonObject): void {
  assert.notEqual(status["authenticated"], true);
  assert.deepEqual(status["user"] ?? {}, {});
  assert.notEqual(textAt(status, "error"), "");
}

/** Clauses about tokens. */
export const TOKEN_CASES: readonly ContractCase[] = [
  {
    name: "a good token says which ServiceAccount it is",
    async run(world): Promise<void> {
      const { namespace } = world;
      const uid = await createServiceAccount(world);
      const token = await world.issueToken({ namespace, serviceAccount: NAME, audience: AUDIENCE });
      const status = await review(world, token);
      assert.equal(status["authenticated"], true);
      assert.deepEqual(status["audiences"], [AUDIENCE]);
      assert.equal(
        textAt(status, "user", "username"),
        `system:serviceaccount:${namespace}:${NAME}`,
      );
      assert.equal(textAt(status, "user", "uid"), uid);
      assert.deepEqual(at(status, "user", "groups"), [
        "system:serviceaccounts",
        `system:serviceaccounts:${namespace}`,
        "system:authenticated",
      ]);
    },
  },
  {
    name: "a token that is bound to a pod says which pod it is",
    async run(world): Promise<void> {
      const order = await orderForPod(world);
      const extra = at(await review(world, await world.issueToken(order)), "user", "extra");
      assert.deepEqual(at(extra, "authentication.kubernetes.io/pod-name"), [order.pod.name]);
      assert.deepEqual(at(extra, "authentication.kubernetes.io/pod-uid"), [order.pod.uid]);
    },
  },
  {
    name: "a ServiceAccount's token is issued on request, for an audience and a time",
    async run(world): Promise<void> {
      await createServiceAccount(world);
      const issued = assertDone(await requestToken(world, 3_600), 201);
      const lasts = Date.parse(textAt(issued, "status", "expirationTimestamp")) - Date.now();
      assert.ok(lasts > 3_500_000 && lasts < 3_700_000, `lasts ${lasts} ms`);
      const status = await review(world, textAt(issued, "status", "token"));
      assert.equal(status["authenticated"], true);
    },
  },
  {
    name: "a token lasts ten minutes at least",
    async run(world): Promise<void> {
      await createServiceAccount(world);
      assertRefused(await requestToken(world, 599), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "spec.expirationSeconds"]],
      });
    },
  },
  {
    name: "nobody gets a token of a ServiceAccount that does not exist",
    async run(world): Promise<void> {
      assertRefused(await requestToken(world, 600), {
        code: 404,
        reason: "NotFound",
        details: { name: NAME, kind: "serviceaccounts" },
      });
    },
  },
  {
    name: "a token of a pod that is gone is soon nobody's",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      const order = await orderForPod(world);
      const tokens: string[] = [];
      while (tokens.length < LOOKS_MAX) tokens.push(await world.issueToken(order));
      await api.delete(POD, { namespace, name: order.pod.name });
      let status: JsonObject = {};
      for (const token of tokens) {
        status = await review(world, token);
        if (status["authenticated"] !== true) break;
        await pause(LOOK_EVERY_MS);
      }
      assertNotAuthenticated(status);
    },
  },
  {
    name: "an expired token is nobody's",
    async run(world): Promise<void> {
      const { namespace } = world;
      await createServiceAccount(world);
      const token = await world.issueToken({
        namespace,
        serviceAccount: NAME,
        audience: AUDIENCE,
        expired: true,
      });
      assertNotAuthenticated(await review(world, token));
    },
  },
  {
    name: "a token for another audience is nobody's",
    async run(world): Promise<void> {
      const { namespace } = world;
      await createServiceAccount(world);
      const token = await world.issueToken({ namespace, serviceAccount: NAME, audience: AUDIENCE });
      assertNotAuthenticated(await review(world, token, "contract.test/else"));
    },
  },
  {
    name: "a token that nobody gave is nobody's",
    async run(world): Promise<void> {
      for (const token of ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30."]) {
        assertNotAuthenticated(await review(world, token));
      }
    },
  },
  {
    name: "a review is about a token",
    async run({ request, path }): Promise<void> {
      const body = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        spec: { token: "" },
      };
      assertRefused(await request("POST", path(TOKEN_REVIEW), { body }), {
        code: 400,
        reason: "BadRequest",
      });
    },
  },
  {
    name: "a review is answered and not stored",
    async run({ request, path }): Promise<void> {
      assertRefused(await request("GET", path(TOKEN_REVIEW)), {
        code: 405,
        reason: "MethodNotAllowed",
      });
    },
  },
  {
    name: "who shows a token that nobody gave is turned away with 401",
    async run({ request, path }): Promise<void> {
      assertRefused(await request("GET", path(POD), { token: "nonsense" }), {
        code: 401,
        reason: "Unauthorized",
      });
    },
  },
];
