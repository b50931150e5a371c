import assert from "node:assert/strict";

import { ApiError, type JsonObject } from "../../kube/api.ts";
import { REPORT_HISTORY_MAX } from "../../lib/report/report.ts";
import { REPORT_BODY_BYTES_MAX } from "./ingest_app.ts";
import {
  ANSWER,
  createIngestWorld,
  emptyReport,
  type IngestWorld,
  instancePod,
  type SendOptions,
} from "./testing/ingest_world.ts";
import { verifiedStatus } from "./testing/reviews.ts";

Deno.test("createIngestApp() accepts a report and answers with what accept() gave", async () => {
  const world = createIngestWorld();
  const report = { ...emptyReport(), pod: { namespace: "shop", name: "orders-1" } };
  const answer = await world.send({ body: report });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, ANSWER);
  assert.deepEqual(world.accepted, [{
    reporter: {
      namespace: "shop",
      podName: "orders-1",
      podUid: "orders-1-uid",
      clusterName: "orders",
      instance: "orders-1",
    },
    report,
  }]);
  assert.deepEqual(world.results, ["Accepted"]);
});

Deno.test("createIngestApp() asks for a review with the token and our audience alone", async () => {
  const world = createIngestWorld();
  await world.send();
  assert.deepEqual(world.reviewed, [{
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token: world.token, audiences: ["cnpg-storage-manager"] },
  }]);
});

interface Refused {
  readonly arrange?: (world: IngestWorld) => void;
  readonly send?: SendOptions;
  readonly status: number;
  readonly reason: string;
}

function reviewed(status: JsonObject): (world: IngestWorld) => void {
  return function arrange(world): void {
    world.review = () => status;
  };
}

function extra(fields: JsonObject): (world: IngestWorld) => void {
  return reviewed(verifiedStatus("orders-1", {
    user: { username: "system:serviceaccount:shop:orders", extra: fields },
  }));
}

const REFUSED: Readonly<Record<string, Refused>> = {
  "without a token": { send: { token: "" }, status: 401, reason: "TokenMissing" },
  "with another scheme than Bearer": {
    send: { headers: { Authorization: "Basic dXNlcjpwYXNz" } },
    status: 401,
    reason: "TokenMissing",
  },
  "with a token longer than any": {
    send: { token: "a".repeat(8_193) },
    status: 401,
    reason: "TokenMissing",
  },
  "whose token has expired": { arrange: reviewed({}), status: 401, reason: "TokenInvalid" },
  "whose review says yes and names an error": {
    arrange: reviewed(verifiedStatus("orders-1", { error: "token has been invalidated" })),
    status: 401,
    reason: "TokenInvalid",
  },
  "whose review says yes in another type": {
    arrange: reviewed(verifiedStatus("orders-1", { authenticated: "true" })),
    status: 401,
    reason: "TokenInvalid",
  },
  "whose token is for another audience": {
    arrange: reviewed(verifiedStatus("orders-1", { audiences: ["https://kubernetes"] })),
    status: 401,
    reason: "AudienceMismatch",
  },
  "whose authenticator knows no audiences": {
    arrange: reviewed(verifiedStatus("orders-1", { audiences: undefined })),
    status: 401,
    reason: "AudienceMismatch",
  },
  "whose token belongs to a user": {
    arrange: reviewed(verifiedStatus("orders-1", { user: { username: "alice" } })),
    status: 403,
    reason: "PodUnbound",
  },
  "whose token is bound to no pod": { arrange: extra({}), status: 403, reason: "PodUnbound" },
  "whose token names two pods": {
    arrange: extra({
      "authentication.kubernetes.io/pod-name": ["orders-1", "orders-2"],
      "authentication.kubernetes.io/pod-uid": ["orders-1-uid"],
    }),
    status: 403,
    reason: "PodUnbound",
  },
  "of a pod that is not known": {
    arrange: (world) => world.pods.clear(),
    status: 503,
    reason: "PodUnknown",
  },
  "of a pod of the same name before": {
    arrange: (world) => world.pods.set("shop/orders-1", { ...instancePod("orders-1"), uid: "new" }),
    status: 503,
    reason: "PodUnknown",
  },
  "of a pod that nothing controls": {
    arrange: (world) =>
      world.pods.set("shop/orders-1", { ...instancePod("orders-1"), controller: undefined }),
    status: 403,
    reason: "PodUnowned",
  },
  "of a pod that a kind of the same name in another group controls": {
    arrange: (world) =>
      world.pods.set("shop/orders-1", {
        ...instancePod("orders-1"),
        controller: {
          apiVersion: "cluster.x-k8s.io/v1",
          kind: "Cluster",
          name: "orders",
          uid: "cluster-uid",
        },
      }),
    status: 403,
    reason: "PodUnowned",
  },
  "of a pooler": {
    arrange: (world) =>
      world.pods.set("shop/orders-1", { ...instancePod("orders-1"), podRole: "pooler" }),
    status: 403,
    reason: "PodNotInstance",
  },
  "of a pod that bears another instance's label": {
    arrange: (world) =>
      world.pods.set("shop/orders-1", { ...instancePod("orders-1"), instance: "orders-2" }),
    status: 403,
    reason: "PodNotInstance",
  },
  "of a pod without an instance's name": {
    arrange: (world) =>
      world.pods.set("shop/orders-1", { ...instancePod("orders-1"), instance: undefined }),
    status: 403,
    reason: "PodNotInstance",
  },
  "of a pod whose Cluster is gone": {
    arrange: (world) => world.clusters.clear(),
    status: 403,
    reason: "ClusterUnknown",
  },
  "of a pod whose Cluster was created anew": {
    arrange: (world) =>
      world.clusters.set("shop/orders", { uid: "new", instanceNames: ["orders-1"] }),
    status: 403,
    reason: "ClusterReplaced",
  },
  "of an instance that its Cluster does not list": {
    arrange: (world) =>
      world.clusters.set("shop/orders", { uid: "cluster-uid", instanceNames: ["orders-2"] }),
    status: 403,
    reason: "InstanceUnlisted",
  },
  "that claims another pod": {
    send: { body: { ...emptyReport(), pod: { namespace: "shop", name: "orders-2" } } },
    status: 403,
    reason: "PodMismatch",
  },
  "that claims another namespace": {
    send: { body: { ...emptyReport(), pod: { namespace: "bank", name: "orders-1" } } },
    status: 403,
    reason: "PodMismatch",
  },
  "of a format it does not speak": {
    send: { body: { format: 2, everything: "new" } },
    status: 400,
    reason: "FormatUnknown",
  },
  "that is not JSON": { send: { body: "{" }, status: 400, reason: "BodyInvalid" },
  "that is empty": { send: { body: "" }, status: 400, reason: "BodyInvalid" },
  "that is no report": { send: { body: { format: 1 } }, status: 400, reason: "BodyInvalid" },
  "that is not said to be JSON": {
    send: { headers: { "Content-Type": "text/plain" } },
    status: 415,
    reason: "BodyNotJson",
  },
  "that is packed": {
    send: { headers: { "Content-Encoding": "gzip" } },
    status: 415,
    reason: "BodyNotJson",
  },
  "that is too large": {
    send: { body: { ...emptyReport(), agentVersion: "x".repeat(REPORT_BODY_BYTES_MAX) } },
    status: 413,
    reason: "BodyTooLarge",
  },
  "before the caches are complete": {
    arrange: (world) => {
      world.synced = false;
    },
    status: 503,
    reason: "NotSynced",
  },
  "while the API server is down": {
    arrange: (world) => {
      world.review = () => Promise.reject(new TypeError("connection refused"));
    },
    status: 503,
    reason: "ReviewFailed",
  },
  "while the API server refuses to review": {
    arrange: (world) => {
      world.review = () =>
        Promise.reject(new ApiError("forbidden", { code: 403, reason: "Forbidden" }));
    },
    status: 503,
    reason: "ReviewFailed",
  },
  "that accept() fails on": {
    arrange: (world) => {
      world.accept = () => {
        throw new TypeError("broken");
      };
    },
    status: 500,
    reason: "AnswerFailed",
  },
};

for (const [title, { arrange, send, status, reason }] of Object.entries(REFUSED)) {
  Deno.test(`createIngestApp() refuses a report ${title}`, async () => {
    const world = createIngestWorld();
    arrange?.(world);
    const answer = await world.send(send);
    assert.equal(answer.status, status);
    assert.equal(answer.body.reason, reason);
    assert.deepEqual(world.results, [reason]);
    assert.deepEqual(world.accepted, []);
    assert.equal(answer.headers.has("WWW-Authenticate"), status === 401);
    assert.equal(answer.headers.has("Retry-After"), status === 429 || status === 503);
  });
}

Deno.test("createIngestApp() says which formats are spoken", async () => {
  const answer = await createIngestWorld().send({ body: { format: 2 } });
  assert.equal(answer.body.message, "The agent speaks format 2, this controller speaks 1");
});

Deno.test("createIngestApp() names problems by path and repeats nothing of the body", async () => {
  const body = { ...emptyReport(), cause: "s3cret-cause", "s3cret-key": 1, sequence: "s3cret" };
  const answer = await createIngestWorld().send({ body });
  assert.deepEqual(answer.body.problems, [
    "sequence: Invalid input: expected number, received string",
    'cause: Invalid option: expected one of "start"|"interval"|"trip"|"repeat"|"change"|"order"',
    "Unrecognized keys: 1",
  ]);
  assert.doesNotMatch(answer.text, /s3cret/);
});

Deno.test("createIngestApp() reads no body before its sender may report", async () => {
  const world = createIngestWorld();
  world.pods.clear();
  const answer = await world.send({ body: "x".repeat(REPORT_BODY_BYTES_MAX + 1) });
  assert.equal(answer.body.reason, "PodUnknown");
});

Deno.test("createIngestApp() takes an hour of eight volumes in one report", async () => {
  const role = `tbs:${"t".repeat(63)}`;
  const largest = Number.MAX_SAFE_INTEGER;
  const sample = { role, ageMs: 3_600_000, usedBytes: largest, availableBytes: largest };
  const volume = {
    ...sample,
    mountPath: `/var/lib/postgresql/tablespaces/${"t".repeat(63)}`,
    totalBytes: largest,
    deviceBytes: largest,
    inodesTotal: largest,
    inodesAvailable: largest,
  };
  const body = {
    ...emptyReport(),
    volumes: Array(8).fill(volume),
    history: Array(REPORT_HISTORY_MAX).fill(sample),
  };
  assert.equal((await createIngestWorld().send({ body })).status, 200);
});

Deno.test("createIngestApp() refuses a pod beyond ten reports at once and five a second", async () => {
  const world = createIngestWorld();
  async function burst(): Promise<number> {
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.send()));
    return answers.filter((answer) => answer.status === 200).length;
  }
  assert.equal(await burst(), 10);
  await world.clock.advance(1_000);
  assert.equal(await burst(), 5);
  assert.ok(world.results.includes("TooManyReports"));
});

Deno.test("createIngestApp() logs one line a minute for a reason, and never a token", async () => {
  const world = createIngestWorld();
  world.review = () => ({ error: "expired" });
  await world.send();
  await world.clock.advance(15_000);
  await world.send();
  await world.clock.advance(60_000);
  await world.send();
  assert.deepEqual(
    world.logger.lines.map(({ level, fields }) => [level, fields.detail, fields.suppressed]),
    [["warn", "expired", 0], ["warn", "expired", 1]],
  );
  assert.ok(!JSON.stringify(world.logger.lines).includes(world.token));
});

Deno.test("createIngestApp() names the reporter when accept() fails", async () => {
  const world = createIngestWorld();
  world.accept = () => Promise.reject(new Error("history is closed"));
  await world.send();
  const line = world.logger.lines.find(({ level }) => level === "error");
  assert.equal(line?.fields.error, "history is closed");
  assert.equal(line?.fields.podName, "orders-1");
});

Deno.test("createIngestApp() refuses a report that was taken before, and takes the agent's next", async () => {
  const world = createIngestWorld();
  for (const [sequence, status] of [[7, 200], [7, 409], [6, 409], [8, 200]] as const) {
    assert.equal((await world.send({ body: emptyReport(sequence) })).status, status);
  }
  const restarted = { ...emptyReport(), session: "another" };
  assert.equal((await world.send({ body: restarted })).status, 200);
  assert.deepEqual(world.accepted.map(({ report }) => report.sequence), [7, 8, 0]);
  assert.equal(world.results[1], "SequenceReplayed");
});
