import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import { type Context, Hono } from "hono";

import { createFakeClock, type FakeClock, settle } from "../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../kube/testing/recording_logger.ts";
import type { RunningServer } from "./running_server.ts";
import { serveHttp } from "./serve_http.ts";
import { serveTls } from "./serve_tls.ts";
import { type ServerLimits, STATUS_SERVER_LIMITS } from "./server_limits.ts";
import { testFile } from "./testing/test_file.ts";

const HOST = "127.0.0.1";
const LARGE_BODY_BYTES = 2 ** 20;

/** What {@link exchange} gives instead of an answer that a reset swallowed. */
const RESET = "reset";

interface Serving {
  readonly server: RunningServer;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  /** Lets `GET /slow` answer. */
  readonly release: () => void;
  /** Settles once `GET /slow` was asked. */
  readonly asked: Promise<void>;
}

function createApp(asked: () => void, released: Promise<void>): Hono {
  const app = new Hono();
  app.get("/slow", async (context: Context) => {
    asked();
    await released;
    return context.text("slow");
  });
  app.post("/echo", async (context: Context) => context.text(await context.req.text()));
  app.post("/peek", async (context: Context) => {
    for await (const _ of context.req.raw.body ?? []) break;
    return context.text("peeked", 413);
  });
  app.post("/refuse", (context: Context) => context.text("refused", 401));
  app.get("/throw", () => {
    throw new TypeError("broken");
  });
  app.onError((error) => {
    throw error;
  });
  return app;
}

async function serve(limits: ServerLimits = STATUS_SERVER_LIMITS): Promise<Serving> {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const app = createApp(asked.resolve, released.promise);
  const server = await serveHttp({ app, clock, logger, limits, host: HOST, port: 0 });
  return { server, clock, logger, release: released.resolve, asked: asked.promise };
}

function url({ server }: Serving, path: string): string {
  return `http://${HOST}:${server.port}${path}`;
}

/**
 * Sends raw text and gives all that comes back until the server ends the connection. A server that ends it
 * before it has read everything resets it, and what it had answered may be lost on the way.
 */
function exchange(port: number, text: string): Promise<string> {
  const answer = Promise.withResolvers<string>();
  let received = "";
  const socket: Socket = connect(port, HOST, () => void socket.write(text));
  socket.on("data", (chunk) => received += chunk.toString());
  socket.on("error", (error: Error & { readonly code?: string }) => {
    if (error.code === "ECONNRESET") answer.resolve(received === "" ? RESET : received);
    else answer.reject(error);
  });
  socket.on("close", () => answer.resolve(received));
  return answer.promise;
}

Deno.test("serveHttp() hands body, method and headers to the app and its answer back", async () => {
  const serving = await serve();
  const body = "ü".repeat(LARGE_BODY_BYTES / 2);
  const response = await fetch(url(serving, "/echo"), { method: "POST", body });
  assert.equal(await response.text(), body);
  assert.equal(response.headers.get("Content-Length"), String(LARGE_BODY_BYTES));
  await serving.server.shutdown(0);
});

Deno.test("serveHttp() takes a body in chunks", async () => {
  const serving = await serve();
  const body = ReadableStream.from(["first ", "second"]).pipeThrough(new TextEncoderStream());
  const response = await fetch(url(serving, "/echo"), { method: "POST", body });
  assert.equal(await response.text(), "first second");
  await serving.server.shutdown(0);
});

Deno.test("serveHttp() answers before a body that nobody reads, and keeps the connection", async () => {
  const serving = await serve();
  for (let count = 0; count < 3; count++) {
    const body = "x".repeat(LARGE_BODY_BYTES);
    const response = await fetch(url(serving, "/refuse"), { method: "POST", body });
    assert.equal(response.status, 401);
    assert.equal(await response.text(), "refused");
  }
  await serving.server.shutdown(0);
});

Deno.test("serveHttp() answers whoever is still sending a body that the app gave up on", async () => {
  const serving = await serve();
  const body = "x".repeat(LARGE_BODY_BYTES);
  const response = await fetch(url(serving, "/peek"), { method: "POST", body });
  assert.equal(response.status, 413);
  assert.equal(await response.text(), "peeked");
  await serving.server.shutdown(0);
});

Deno.test("serveHttp() answers the request behind a body that nobody read", async () => {
  const serving = await serve({
    ...STATUS_SERVER_LIMITS,
    headersMs: 200,
    requestMs: 200,
    checkIntervalMs: 20,
  });
  const body = "x".repeat(LARGE_BODY_BYTES);
  const first = `POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const second = "GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const answers = await exchange(serving.server.port, first + second);
  assert.match(answers, /^HTTP\/1\.1 401 [\s\S]*refusedHTTP\/1\.1 500 /);
  await serving.server.shutdown(0);
});

Deno.test("serveHttp() answers 500 and logs when the app throws", async () => {
  const serving = await serve();
  const response = await fetch(url(serving, "/throw"));
  assert.equal(response.status, 500);
  assert.equal(await response.text(), "Internal Server Error");
  assert.deepEqual(serving.logger.lines.map(({ fields }) => fields.error), ["broken"]);
  await serving.server.shutdown(0);
});

const MALFORMED: Readonly<Record<string, string>> = {
  "an address that is none": "GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  "a method that has no Request": "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  "two lengths":
    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
  "no HTTP": "hello\r\n\r\n",
};

for (const [title, text] of Object.entries(MALFORMED)) {
  Deno.test(`serveHttp() answers 400 to ${title}`, async () => {
    const serving = await serve();
    assert.match(await exchange(serving.server.port, text), /^HTTP\/1\.1 400 /);
    await serving.server.shutdown(0);
  });
}

Deno.test("serveHttp() answers 431 to headers that are too large", async () => {
  const serving = await serve();
  const text = `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`;
  assert.match(await exchange(serving.server.port, text), /^HTTP\/1\.1 431 /);
  await serving.server.shutdown(0);
});

const IMPATIENT: ServerLimits = {
  connectionsMax: 2,
  handshakeMs: 20,
  headersMs: 20,
  requestMs: 20,
  checkIntervalMs: 5,
  idleMs: 1,
  headerBytesMax: 1_000,
};

const SLOW: Readonly<Record<string, string>> = {
  "sends nothing": "",
  "does not end its headers": "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
  "does not end its body": "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nslow",
};

for (const [title, text] of Object.entries(SLOW)) {
  Deno.test(`serveHttp() ends a connection that ${title}`, async () => {
    const serving = await serve(IMPATIENT);
    const answer = await exchange(serving.server.port, text);
    assert.match(answer, text === "" ? /^HTTP\/1\.1 408 / : /^HTTP\/1\.1 408 |^reset$/);
    await serving.server.shutdown(0);
  });
}

Deno.test("serveHttp() takes no more connections than its limit", async () => {
  const serving = await serve(IMPATIENT);
  const answers = await Promise.all([1, 2, 3].map(() => exchange(serving.server.port, "")));
  assert.equal(answers.filter((answer) => answer === "").length, 1);
  await serving.server.shutdown(0);
});

Deno.test("serveHttp() names the address that it can't have", async () => {
  const serving = await serve();
  const { port } = serving.server;
  await assert.rejects(
    serveHttp({
      app: new Hono(),
      clock: serving.clock,
      logger: serving.logger,
      host: HOST,
      port,
    }),
    { message: `Cannot listen on ${HOST} port ${port}` },
  );
  await serving.server.shutdown(0);
});

Deno.test("shutdown() lets a request that has begun end", async () => {
  const serving = await serve();
  const answer = fetch(url(serving, "/slow"));
  await Promise.race([serving.asked, answer]);
  const shutdown = serving.server.shutdown(10_000);
  serving.release();
  const response = await answer;
  assert.equal(await response.text(), "slow");
  assert.equal(response.headers.get("Connection"), "close");
  await shutdown;
  assert.deepEqual(serving.clock.sleepers(), []);
});

Deno.test("shutdown() cuts off what has not ended in time", async () => {
  const serving = await serve();
  const answer = fetch(url(serving, "/slow")).then((response) => response.text());
  await Promise.race([serving.asked, answer]);
  const cut = assert.rejects(answer);
  const shutdown = serving.server.shutdown(10_000);
  await serving.clock.advance(10_000);
  await shutdown;
  await cut;
  serving.release();
  await settle();
});

async function greeting(port: number): Promise<string> {
  using client = Deno.createHttpClient({ caCerts: [await testFile("authority.crt")] });
  const response = await fetch(`https://${HOST}:${port}/`, { client });
  return await response.text();
}

/** Common name in the certificate that a new connection is shown. */
async function commonName(port: number): Promise<string | undefined> {
  const name = Promise.withResolvers<string | undefined>();
  const socket = connectTls(
    { host: HOST, port, servername: "localhost", ca: await testFile("authority.crt") },
    () => {
      const { CN } = socket.getPeerCertificate().subject;
      name.resolve(typeof CN === "string" ? CN : undefined);
      socket.destroy();
    },
  );
  socket.on("error", name.reject);
  return await name.promise;
}

Deno.test("serveTls() exchanges its certificate while it runs", async () => {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const files = { certFile: "first.crt", keyFile: "first.key" };
  let name = "first";
  const server = await serveTls({
    app: new Hono().get("/", (context) => context.text("hello")),
    tls: files,
    readTextFile: (path) => testFile(path.replace("first", name)),
    clock,
    logger,
    host: HOST,
    port: 0,
  });
  assert.equal(await greeting(server.port), "hello");
  assert.equal(await commonName(server.port), "first");
  name = "second";
  await clock.advance(10_000);
  while (logger.lines.length === 0) await settle();
  assert.equal(await greeting(server.port), "hello");
  assert.equal(await commonName(server.port), "second");
  await server.shutdown(0);
  assert.deepEqual(clock.sleepers(), []);
});

Deno.test("serveTls() ends a connection without a handshake", async () => {
  const server = await serveTls({
    app: new Hono(),
    tls: { certFile: "first.crt", keyFile: "first.key" },
    readTextFile: testFile,
    clock: createFakeClock(),
    logger: createRecordingLogger(),
    limits: IMPATIENT,
    host: HOST,
    port: 0,
  });
  await exchange(server.port, "");
  await server.shutdown(0);
});

Deno.test("serveTls() does not start with the key of another certificate", async () => {
  await assert.rejects(
    serveTls({
      app: new Hono(),
      tls: { certFile: "first.crt", keyFile: "second.key" },
      readTextFile: testFile,
      clock: createFakeClock(),
      logger: createRecordingLogger(),
      host: HOST,
      port: 0,
    }),
    /expected the key of the certificate in first\.crt/,
  );
});
