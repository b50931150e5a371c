import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { createIngestWorld } from "./testing/ingest_world.ts";
import { tokenThatEndsIn, verifiedStatus } from "./testing/reviews.ts";

const MINUTE_MS = 60_000;

Deno.test("createAuthenticate() asks once for a token that it sees again", async () => {
  const world = createIngestWorld();
  await world.send();
  await world.clock.advance(9 * MINUTE_MS);
  assert.equal((await world.send()).status, 200);
  assert.equal(world.reviewed.length, 1);
});

Deno.test("createAuthenticate() asks again for a verified token after ten minutes", async () => {
  const world = createIngestWorld();
  await world.send();
  await world.clock.advance(10 * MINUTE_MS);
  world.review = () => ({ error: "the ServiceAccount is gone" });
  assert.equal((await world.send()).body.reason, "TokenInvalid");
  assert.equal(world.reviewed.length, 2);
});

Deno.test("createAuthenticate() asks again once the token claims to have ended", async () => {
  const world = createIngestWorld();
  const token = tokenThatEndsIn(world.clock, 2 * MINUTE_MS);
  await world.send({ token });
  await world.clock.advance(2 * MINUTE_MS - 1_000);
  await world.send({ token });
  assert.equal(world.reviewed.length, 1);
  await world.clock.advance(1_000);
  world.review = () => ({ error: "expired" });
  assert.equal((await world.send({ token })).status, 401);
});

Deno.test("createAuthenticate() lets a claimed end decide nothing but the memory", async () => {
  const world = createIngestWorld();
  const token = tokenThatEndsIn(world.clock, -MINUTE_MS);
  assert.equal((await world.send({ token })).status, 200);
  assert.equal((await world.send({ token })).status, 200);
  assert.equal(world.reviewed.length, 2);
});

Deno.test("createAuthenticate() refuses the remembered token of a deleted pod", async () => {
  const world = createIngestWorld();
  assert.equal((await world.send()).status, 200);
  world.pods.clear();
  world.review = () => ({ error: "pod not found" });
  assert.equal((await world.send()).body.reason, "PodUnknown");
  await world.clock.advance(10_000);
  assert.equal((await world.send()).body.reason, "PodUnknown");
  assert.equal(world.reviewed.length, 1);
});

Deno.test("createAuthenticate() accepts a new pod as soon as the cache holds it", async () => {
  const world = createIngestWorld();
  const pod = world.pods.get("shop/orders-1");
  assert.ok(pod !== undefined);
  world.pods.clear();
  assert.equal((await world.send()).body.reason, "PodUnknown");
  world.pods.set("shop/orders-1", pod);
  assert.equal((await world.send()).status, 200);
  assert.equal(world.reviewed.length, 1);
});

Deno.test("createAuthenticate() asks for a refused token at most every ten seconds", async () => {
  const world = createIngestWorld();
  world.review = () => ({});
  for (let count = 0; count < 100; count++) await world.send();
  assert.equal(world.reviewed.length, 1);
  await world.clock.advance(10_000);
  world.review = () => verifiedStatus("orders-1");
  assert.equal((await world.send()).status, 200);
});

Deno.test("createAuthenticate() keeps a verified token however many refused ones come", async () => {
  const world = createIngestWorld();
  await world.send();
  world.review = () => ({});
  for (let count = 0; count < 5_000; count++) {
    await world.send({ token: tokenThatEndsIn(world.clock, 60_000, `${count}`) });
  }
  world.reviewed.length = 0;
  assert.equal((await world.send()).status, 200);
  assert.equal(world.reviewed.length, 0);
});

Deno.test("createAuthenticate() asks once for a token that comes many times at once", async () => {
  const world = createIngestWorld();
  const review = Promise.withResolvers<JsonObject>();
  world.review = () => review.promise;
  const sent = [1, 2, 3].map(() => world.send());
  await world.clock.advance(0);
  review.resolve(verifiedStatus("orders-1"));
  assert.deepEqual((await Promise.all(sent)).map(({ status }) => status), [200, 200, 200]);
  assert.equal(world.reviewed.length, 1);
});

Deno.test("createAuthenticate() asks again at once after the API server did not answer", async () => {
  const world = createIngestWorld();
  world.review = () => Promise.reject(new TypeError("connection refused"));
  assert.equal((await world.send()).status, 503);
  world.review = () => verifiedStatus("orders-1");
  assert.equal((await world.send()).status, 200);
});

Deno.test("createAuthenticate() has nobody review what is no pod's token for us", async () => {
  const world = createIngestWorld();
  for (
    const token of [
      "opaque",
      "a.b.c",
      "a.bnVsbA.c",
      `a.${btoa(`{"aud":"xyz"}`).replaceAll("=", "")}.c`,
    ]
  ) {
    assert.equal((await world.send({ token })).body.reason, "TokenInvalid", token);
  }
  const stranger = tokenThatEndsIn(world.clock, 60_000, "t", "stranger");
  assert.equal((await world.send({ token: stranger })).status, 503);
  assert.equal(world.reviewed.length, 0);
});

Deno.test("createAuthenticate() has one review under way for a pod", async () => {
  const world = createIngestWorld();
  const review = Promise.withResolvers<JsonObject>();
  world.review = () => review.promise;
  const first = world.send();
  await world.clock.advance(0);
  const other = tokenThatEndsIn(world.clock, 60_000, "other");
  assert.equal((await world.send({ token: other })).status, 429);
  review.resolve(verifiedStatus("orders-1"));
  assert.equal((await first).status, 200);
});
