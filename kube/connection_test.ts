import assert from "node:assert/strict";

import { type Connection, parseServer } from "./connection.ts";
import { Redacted } from "./redacted.ts";

const token = { kind: "static", token: new Redacted("t") } as const;

const accepted: Record<string, Connection> = {
  "https with a token": { server: "https://10.0.0.1:6443", token },
  "https with a path": { server: "https://proxy/k8s/clusters/c1", token },
  "plain http without credentials": { server: "http://10.0.0.1", token: { kind: "none" } },
  "plain http to loopback with a token": { server: "http://127.0.0.1:8001", token },
  "plain http to loopback over IPv6 with a token": { server: "http://[::1]:8001", token },
};
for (const [sentence, connection] of Object.entries(accepted)) {
  Deno.test(`parseServer() accepts ${sentence}`, () => {
    assert.ok(parseServer(connection).href.startsWith(connection.server));
  });
}

const refused: Record<string, Connection> = {
  "what is no URL": { server: "10.0.0.1:443", token },
  "another protocol": { server: "ftp://10.0.0.1", token },
  "credentials in the URL": { server: "https://me:s3cret@10.0.0.1", token },
  "plain http with a token": { server: "http://10.0.0.1", token },
  "plain http with a client certificate": {
    server: "http://10.0.0.1",
    token: { kind: "none" },
    clientCertificate: { cert: "c", key: new Redacted("k") },
  },
};
for (const [sentence, connection] of Object.entries(refused)) {
  Deno.test(`parseServer() refuses ${sentence}`, () => {
    assert.throws(() => parseServer(connection), (error) => {
      assert.ok(error instanceof TypeError);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  });
}
