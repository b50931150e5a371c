import assert from "node:assert/strict";
import { Redacted } from "../../../kube/redacted.ts";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import type { TransportRequest } from "../../../kube/transport.ts";
import { createPrometheusClient } from "./client.ts";

const EMPTY = { status: "success", data: { resultType: "vector", result: [] } };

/** What leaves for an address when the file of headers has this one. */
async function send(address: string, header: string): Promise<TransportRequest[]> {
  const sent: TransportRequest[] = [];
  const client = createPrometheusClient({
    address,
    clock: createFakeClock(),
    readHeaders: () => Promise.resolve({ [header]: new Redacted("secret") }),
    transport: {
      send(request): Promise<Response> {
        sent.push(request);
        return Promise.resolve(Response.json(EMPTY));
      },
    },
  });
  await client.query("up", new AbortController().signal);
  return sent;
}

for (const header of ["authorization", "cookie", "proxy-authorization"]) {
  Deno.test(`query() sends ${header} to another machine over https alone`, async () => {
    await assert.rejects(send("http://prometheus.monitoring.svc:9090", header), (error: Error) => {
      assert.equal(error.message, `Cannot send ${header}: expected https, found plain http`);
      return true;
    });
    for (const address of ["https://prometheus.monitoring.svc:9090", "http://127.0.0.1:9090"]) {
      const [request] = await send(address, header);
      assert.equal(request?.headers[header], "secret", address);
    }
  });
}

Deno.test("query() sends the name of a tenant over plain http as well", async () => {
  const [request] = await send("http://mimir.monitoring.svc/prometheus/", "x-scope-orgid");
  assert.equal(request?.url, "http://mimir.monitoring.svc/prometheus/api/v1/query");
  assert.equal(request.headers["x-scope-orgid"], "secret");
});
