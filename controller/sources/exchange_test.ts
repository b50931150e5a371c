import assert from "node:assert/strict";
import type { TransportRequest } from "../../kube/transport.ts";
import { createFakeClock, settle } from "../../kube/testing/fake_clock.ts";
import { exchange } from "./exchange.ts";

const LIMITS = { deadlineMs: 5_000, bytesMax: 1_024 };
const REQUEST: TransportRequest = { method: "GET", url: "https://kubelet/", headers: {} };

Deno.test("exchange() gives up on a request whose secret cannot be read in time, and sends nothing", async () => {
  const clock = createFakeClock();
  let sent = 0;
  const transport = {
    send(): Promise<Response> {
      sent++;
      return Promise.resolve(new Response("late"));
    },
  };
  const secret = Promise.withResolvers<TransportRequest>();
  const { signal } = new AbortController();
  const asking = exchange({ transport, clock }, secret.promise, LIMITS, signal);
  const refused = assert.rejects(asking, /expected an answer within 5000 ms, found none/);
  await clock.advance(LIMITS.deadlineMs);
  await refused;
  secret.resolve(REQUEST);
  await settle();
  assert.equal(sent, 0);
  assert.deepEqual(clock.sleepers(), []);
});

Deno.test("exchange() ends with the process, whatever it waits for", async () => {
  const clock = createFakeClock();
  const transport = { send: () => Promise.reject(new Error("not to be sent")) };
  const stopping = new AbortController();
  const never = new Promise<TransportRequest>(() => {});
  const asking = exchange({ transport, clock }, never, LIMITS, stopping.signal);
  stopping.abort(new Error("the process stops"));
  await assert.rejects(asking, /the process stops/);
  assert.deepEqual(clock.sleepers(), []);
});
