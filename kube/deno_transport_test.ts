import assert from "node:assert/strict";

import type { Connection } from "./connection.ts";
import { createDenoTransport } from "./deno_transport.ts";
import { Redacted } from "./redacted.ts";
import { startFakeApiServer } from "./testing/fake_api_server.ts";
import { createFakeClock } from "./testing/fake_clock.ts";
import { until } from "./testing/until.ts";
import type { Transport } from "./transport.ts";

const plain: Connection = { server: "", token: { kind: "none" } };

interface Rig {
  readonly transport: Transport;
  readonly options: Deno.CreateHttpClientOptions[];
  readonly clock: ReturnType<typeof createFakeClock>;
  /** Content of the CA file; undefined when it cannot be read. */
  ca: string | undefined;
}

/** The client's certificates are recorded and not used: the fake server speaks plain HTTP. */
function createRig(connection: Partial<Connection> = {}): Rig {
  const clock = createFakeClock();
  const options: Deno.CreateHttpClientOptions[] = [];
  const rig: Rig = {
    clock,
    options,
    ca: "CA-1",
    transport: createDenoTransport({ ...plain, ...connection }, {
      clock,
      readTextFile: () =>
        rig.ca === undefined ? Promise.reject(new Error("no file")) : Promise.resolve(rig.ca),
      createHttpClient(given): Deno.HttpClient {
        options.push(given);
        return Deno.createHttpClient({ http2: false });
      },
    }),
  };
  return rig;
}

async function sendTo(url: string, rig: Rig): Promise<void> {
  const request = { method: "GET", url: `${url}/api/v1/pods`, headers: {} };
  const response = await rig.transport.send(request, new AbortController().signal);
  await response.text();
}

Deno.test("send() makes one client, without HTTP/2 and with every certificate", async () => {
  await using server = await startFakeApiServer();
  const clientCertificate = { cert: "CERT", key: new Redacted("KEY") };
  const rig = createRig({ caFile: "/ca", caCertificates: ["CA-0"], clientCertificate });
  await sendTo(server.url, rig);
  await sendTo(server.url, rig);
  rig.transport.close();
  assert.equal(rig.options.length, 1);
  assert.deepEqual({ ...rig.options[0] }, {
    caCerts: ["CA-0", "CA-1"],
    http1: true,
    http2: false,
    poolIdleTimeout: 60_000,
    poolMaxIdlePerHost: 24,
    cert: "CERT",
    key: "KEY",
  });
});

Deno.test("send() makes another client when the CA file changed", async () => {
  await using server = await startFakeApiServer();
  const rig = createRig({ caFile: "/ca" });
  await sendTo(server.url, rig);
  rig.ca = "CA-2";
  await sendTo(server.url, rig);
  assert.equal(rig.options.length, 1);
  await rig.clock.advance(60_000);
  await sendTo(server.url, rig);
  assert.deepEqual(rig.options.map((options) => options.caCerts), [["CA-1"], ["CA-2"]]);
  rig.transport.close();
});

Deno.test("send() goes on with the CA it has when the file cannot be read any more", async () => {
  await using server = await startFakeApiServer();
  const rig = createRig({ caFile: "/ca" });
  await sendTo(server.url, rig);
  rig.ca = undefined;
  await rig.clock.advance(60_000);
  await sendTo(server.url, rig);
  assert.equal(rig.options.length, 1);
  rig.transport.close();
});

Deno.test("send() rejects when the CA file could never be read", async () => {
  const rig = createRig({ caFile: "/ca" });
  rig.ca = undefined;
  await assert.rejects(sendTo("http://127.0.0.1:1", rig), /Cannot read the CA file \/ca/);
});

Deno.test("send() keeps idle connections no longer than whoever asks knows the server to", async () => {
  await using server = await startFakeApiServer();
  for (const [idleConnectionMs, expected] of [[1_000, 1_000], [undefined, 60_000]] as const) {
    let kept: Deno.CreateHttpClientOptions["poolIdleTimeout"];
    const transport = createDenoTransport(plain, {
      clock: createFakeClock(),
      readTextFile: () => Promise.reject(new Error("no file")),
      createHttpClient(given): Deno.HttpClient {
        kept = given.poolIdleTimeout;
        return Deno.createHttpClient({ http2: false });
      },
      idleConnectionMs,
    });
    const request = { method: "GET", url: `${server.url}/api/v1/pods`, headers: {} };
    await (await transport.send(request, new AbortController().signal)).text();
    transport.close();
    assert.equal(kept, expected);
  }
});

Deno.test("renew() makes another client and lets requests under way go on", async () => {
  await using server = await startFakeApiServer();
  const rig = createRig();
  const url = `${server.url}/api/v1/pods?watch=true&sendInitialEvents=true`;
  const signal = new AbortController().signal;
  const watch = await rig.transport.send({ method: "GET", url, headers: {} }, signal);
  rig.transport.renew();
  await sendTo(server.url, rig);
  assert.equal(rig.options.length, 2);
  const text = watch.text();
  await until(() => server.watches.size === 1, "the watch is still open");
  for (const open of server.watches) open.end();
  assert.match(await text, /BOOKMARK/);
  rig.transport.close();
});

Deno.test("send() ends with its signal though the CA file cannot be read to its end", async () => {
  const transport = createDenoTransport({ ...plain, caFile: "/ca" }, {
    clock: createFakeClock(),
    readTextFile: () => new Promise(() => {}),
  });
  const stop = new AbortController();
  const request = { method: "GET", url: "http://127.0.0.1:1", headers: {} };
  const sending = transport.send(request, stop.signal);
  stop.abort(new Error("late"));
  await assert.rejects(sending, /late/);
});

Deno.test("send() asks once more when the certificates are read and nothing has left", async () => {
  await using server = await startFakeApiServer();
  const rig = createRig({ caFile: "/ca" });
  const beforeSend = (): void => {
    assert.equal(rig.options.length, 1, "the client is ready");
    throw new RangeError("not any more");
  };
  const request = { method: "PATCH", url: `${server.url}/api/v1/pods`, headers: {}, beforeSend };
  await assert.rejects(rig.transport.send(request, new AbortController().signal), RangeError);
  rig.transport.close();
  assert.equal(server.requests.length, 0);
});
