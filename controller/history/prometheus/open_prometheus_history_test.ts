import assert from "node:assert/strict";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import { MINUTE } from "../../../lib/units/millis.ts";
import { sourcesSchema } from "../../config/sources_schema.ts";
import { VOLUME } from "../testing/records.ts";
import { openPrometheusHistory } from "./open_prometheus_history.ts";

/** An answer of `query_range` with one point of {@link VOLUME}. */
function matrix(atMs: number): unknown {
  const metric = { namespace: VOLUME.namespace, persistentvolumeclaim: VOLUME.claimName };
  const values = [[atMs / 1_000, "4096"]];
  return { status: "success", data: { resultType: "matrix", result: [{ metric, values }] } };
}

Deno.test("openPrometheusHistory() reads the past where the source asks, with its headers", async () => {
  const clock = createFakeClock();
  const asked: string[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen(): void {} },
    async (request) => {
      const form = new URLSearchParams(await request.text());
      const isSubquery = form.get("query")?.includes("_over_time") === true;
      asked.push(
        `${request.method} ${new URL(request.url).pathname} ` +
          `${request.headers.get("authorization")} ${isSubquery ? "hours" : "samples"}`,
      );
      const ageMs = isSubquery ? 30 * 60 * MINUTE : MINUTE;
      return Response.json(matrix(clock.now() - ageMs));
    },
  );
  const { prometheus } = sourcesSchema.parse({
    prometheus: {
      enabled: true,
      address: `http://127.0.0.1:${server.addr.port}/prometheus/`,
      headersFile: "/headers",
    },
  });
  const history = openPrometheusHistory({
    prometheus,
    clock,
    readTextFile: () => Promise.resolve("Authorization: Bearer secret\n"),
  });
  const past = (await history.read([VOLUME], new AbortController().signal)).get(VOLUME.claimUid);
  await history.close(1);
  assert.deepEqual(past, {
    samples: [{ ageMs: MINUTE, sample: { kind: "known", usedBytes: 4_096, basis: "blocks" } }],
    aggregates: [{
      ageMs: 30 * 60 * MINUTE,
      aggregate: {
        minBytes: 4_096,
        maxBytes: 4_096,
        lastBytes: 4_096,
        count: 4_096,
        basis: "blocks",
      },
    }],
  });
  const path = "POST /prometheus/api/v1/query_range Bearer secret";
  assert.deepEqual(asked, [`${path} samples`, ...Array(4).fill(`${path} hours`)]);
});
