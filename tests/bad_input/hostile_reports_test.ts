/**
 * Agents that are wrong, hostile or huge, at the controller's own server: each is refused with a reason, and the
 * others are served.
 *
 * @module
 */

import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import fc from "fast-check";
import { REPORT_BODY_BYTES_MAX } from "../../controller/ingest/ingest_app.ts";
import { tokenThatEndsIn } from "../../controller/ingest/testing/reviews.ts";
import {
  type ControllerWorld,
  createControllerWorld,
  type Process,
} from "../../controller/reconcile/testing/controller_world.ts";
import { type RunningServer, serveHttp } from "../../controller/serve/mod.ts";
import { AGENT_SERVER_LIMITS } from "../../controller/serve/server_limits.ts";
import { reportOf } from "../../controller/testing/builders.ts";
import { isJsonObject } from "../../kube/json.ts";

const HOST = "127.0.0.1";
const TOKEN_MS = 86_400_000;
const SLOW_CONNECTIONS = 40;

/** The controller behind a server of its own, with an agent in its hands. */
interface Site extends AsyncDisposable {
  readonly world: ControllerWorld;
  readonly process: Process;
  readonly server: RunningServer;
  readonly token: string;
}

async function open(): Promise<Site> {
  const world = createControllerWorld();
  const process = await world.start();
  const server = await serveHttp({
    app: process.controller.ingest,
    clock: world.clock,
    logger: world.logger,
    limits: AGENT_SERVER_LIMITS,
    host: HOST,
    port: 0,
  });
  return {
    world,
    process,
    server,
    token: tokenThatEndsIn(world.clock, TOKEN_MS, "orders-1"),
    async [Symbol.asyncDispose](): Promise<void> {
      await server.shutdown(0);
      await process.kill();
    },
  };
}

async function send(
  { server, token }: Site,
  body: BodyInit,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly reason: unknown }> {
  const response = await fetch(`http://${HOST}:${server.port}/v1/reports`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: `Bearer ${token}`,
      ...headers,
    },
    body,
  });
  const text = await response.text();
  const answer: unknown = text === "" ? {} : JSON.parse(text);
  return { status: response.status, reason: isJsonObject(answer) ? answer["reason"] : undefined };
}

function withVolume(fields: Readonly<Record<string, unknown>>): string {
  const report = reportOf([{}]);
  return JSON.stringify({ ...report, volumes: [{ ...report.volumes[0], ...fields }] });
}

async function gzip(text: string): Promise<ArrayBuffer> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(packed).arrayBuffer();
}

const REPORT = JSON.stringify(reportOf([{}]));

/** One mebibyte after the other, without a length. */
function endlessBody(): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(2 ** 16).fill(32)),
  });
}

interface Hostile {
  readonly body: () => BodyInit | Promise<BodyInit>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly reason: string;
}

function invalid(body: () => string): Hostile {
  return { body, status: 400, reason: "BodyInvalid" };
}

const HOSTILE: Readonly<Record<string, Hostile>> = {
  "a body that is too large": {
    body: () => `${REPORT}${" ".repeat(REPORT_BODY_BYTES_MAX)}`,
    status: 413,
    reason: "BodyTooLarge",
  },
  "a body without end": { body: endlessBody, status: 413, reason: "BodyTooLarge" },
  "a nest of lists": invalid(() => "[".repeat(100_000) + "]".repeat(100_000)),
  "a nest of lists for volumes": invalid(() =>
    `{"format":1,"volumes":${"[".repeat(100_000)}${"]".repeat(100_000)}}`
  ),
  "a thousand unknown keys": invalid(() =>
    JSON.stringify({
      ...reportOf([{}]),
      ...Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key${index}`, index])),
    })
  ),
  "a key that is __proto__": invalid(() => `{"__proto__":{"format":1},"format":1}`),
  "more volumes than an instance has": invalid(() =>
    JSON.stringify(reportOf(Array.from({ length: 65 }, (_, index) => ({ role: `tbs:t${index}` }))))
  ),
  "a size beyond exact numbers": invalid(() => withVolume({ usedBytes: 2 ** 60 })),
  "a size that is no number in JSON": invalid(() => REPORT.replace(/"ageMs":0/, '"ageMs":NaN')),
  "an infinite size": invalid(() => REPORT.replace(/"usedBytes":\d+/, '"usedBytes":1e999')),
  "a negative size": invalid(() => withVolume({ availableBytes: -1 })),
  "a fraction of a byte": invalid(() => withVolume({ totalBytes: 0.5 })),
  "an age of more than a day": invalid(() => withVolume({ ageMs: 86_400_001 })),
  "a role that is none": invalid(() => withVolume({ role: "wal/../data" })),
  "another pod's name": {
    body: () => JSON.stringify(reportOf([{}], { pod: { namespace: "shop", name: "orders-2" } })),
    status: 403,
    reason: "PodMismatch",
  },
  "another type of content": {
    body: () => "<report/>",
    headers: { "Content-Type": "text/xml" },
    status: 415,
    reason: "BodyNotJson",
  },
  "a bomb of gzip": {
    body: () => gzip(`${REPORT}${" ".repeat(2 ** 24)}`),
    headers: { "Content-Encoding": "gzip" },
    status: 415,
    reason: "BodyNotJson",
  },
};

Deno.test("whatever an agent sends is refused with its reason, and the others are served", async (context) => {
  await using site = await open();
  for (const [what, { body, headers, status, reason }] of Object.entries(HOSTILE)) {
    await context.step(what, async () => {
      await site.world.clock.advance(1_000);
      assert.deepEqual(await send(site, await body(), headers), { status, reason });
      await site.world.report(site.process, "orders-2");
    });
  }
  await context.step("a flood of headers", async () => {
    const flood = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`X-${index}`, "x".repeat(1_000)]),
    );
    assert.equal((await send(site, REPORT, flood)).status, 431);
    await site.world.report(site.process, "orders-2");
  });
  const crashes = site.world.logger.lines.filter(({ level }) => level === "error");
  assert.deepEqual(crashes, []);
});

Deno.test("connections that say nothing keep nobody from being served", async () => {
  await using site = await open();
  const sockets: Socket[] = [];
  for (let index = 0; index < SLOW_CONNECTIONS; index++) {
    const socket = connect(site.server.port, HOST);
    socket.on("error", () => {});
    socket.write("POST /v1/reports HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    sockets.push(socket);
  }
  assert.equal((await send(site, REPORT)).status, 200);
  for (const socket of sockets) socket.destroy();
});

const SIZE = fc.oneof(
  fc.constantFrom(0, 1, 2 ** 30, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);

const VOLUME = fc.record({
  role: fc.constantFrom("data", "wal", "tbs:a", "tbs:\u0000../..", `tbs:${"x".repeat(70)}`),
  mountPath: fc.string({ maxLength: 20 }),
  ageMs: fc.integer({ min: 0, max: 86_400_000 }),
  totalBytes: SIZE,
  usedBytes: SIZE,
  availableBytes: SIZE,
  deviceBytes: SIZE,
  inodesTotal: SIZE,
  inodesAvailable: SIZE,
});

Deno.test("no sizes that a report may carry, however they contradict each other, break a decision", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(VOLUME, { maxLength: 4 }), async (volumes) => {
      const world = createControllerWorld(1);
      const process = await world.start();
      const token = tokenThatEndsIn(world.clock, TOKEN_MS, "orders-1");
      const response = await process.controller.ingest.fetch(
        new Request("http://localhost/v1/reports", {
          method: "POST",
          headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
          body: JSON.stringify({ ...reportOf([]), volumes }),
        }),
      );
      assert.equal(response.status, 200, await response.text());
      await world.clock.advance(1_000);
      const problems = world.logger.lines.filter(({ level, message }) =>
        level === "error" || message.startsWith("work failed")
      );
      assert.deepEqual(problems, []);
      await process.metrics.print();
      await process.kill();
    }),
    { numRuns: 60 },
  );
});
