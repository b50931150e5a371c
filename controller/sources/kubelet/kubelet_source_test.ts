import assert from "node:assert/strict";
import { ApiError, type JsonObject } from "../../../kube/api.ts";
import type { Connection } from "../../../kube/connection.ts";
import { createDenoTransport } from "../../../kube/deno_transport.ts";
import { createFakeClock, type FakeClock } from "../../../kube/testing/fake_clock.ts";
import { until } from "../../../kube/testing/until.ts";
import { createTokenReader } from "../../../kube/token_reader.ts";
import { GIBIBYTE } from "../../../lib/units/bytes.ts";
import type { SourceProblem } from "../../../lib/view/cluster.ts";
import type { MeasuredVolume } from "../../observe/measuring.ts";
import type { SourceTarget } from "../../observe/source_targets.ts";
import { testFile } from "../../serve/testing/test_file.ts";
import { sourceTarget } from "../testing/fake_measuring.ts";
import { startKubeletServer, summaryOf } from "../testing/kubelet_server.ts";
import { createKubeletSource } from "./kubelet_source.ts";

const INTERVAL_MS = 30_000;
const TOKEN_FILE = "/token";

const AUTHORITY = await testFile("authority.crt");

interface Rig extends Disposable {
  readonly clock: FakeClock;
  readonly taken: MeasuredVolume[];
  readonly problems: Map<string, SourceProblem>;
  /** Names of the Nodes that were read. */
  readonly nodesRead: string[];
  token: string;
  /** What the API server says of each node. */
  readonly nodes: Map<string, JsonObject | ApiError>;
  ask(targets?: readonly SourceTarget[]): Promise<void>;
}

function startRig(connection: Partial<Connection> = { caCertificates: [AUTHORITY] }): Rig {
  const clock = createFakeClock();
  const readTextFile = (): Promise<string> => Promise.resolve(rig.token);
  const whole: Connection = {
    server: "",
    token: { kind: "file", path: TOKEN_FILE },
    ...connection,
  };
  const transport = createDenoTransport(whole, { clock, readTextFile });
  const askKubelets = createKubeletSource({
    clock,
    transport,
    tokens: createTokenReader(whole.token, { clock, readTextFile }),
    intervalMs: INTERVAL_MS,
    api: {
      get(_resource, { name }): Promise<JsonObject> {
        rig.nodesRead.push(name);
        const node = rig.nodes.get(name);
        if (node === undefined || node instanceof ApiError) return Promise.reject(node);
        return Promise.resolve(node);
      },
    },
    observer: {
      takeSamples: (_source, volumes) => void rig.taken.push(...volumes),
      setSourceProblem(_source, subject, problem): void {
        if (problem === undefined) rig.problems.delete(subject);
        else rig.problems.set(subject, problem);
      },
      keepSourceProblems: () => {},
    },
  });
  const rig: Rig = {
    clock,
    taken: [],
    problems: new Map(),
    nodesRead: [],
    token: "secret-token",
    nodes: new Map(),
    ask: (targets = [targetOn("node-1")]) => askKubelets(targets, new AbortController().signal),
    [Symbol.dispose]: () => transport.close(),
  };
  return rig;
}

function targetOn(nodeName: string, overrides: Partial<SourceTarget> = {}): SourceTarget {
  return sourceTarget({ nodeName, ...overrides });
}

function nodeAt(port: number, ...hosts: readonly string[]): JsonObject {
  const addresses = (hosts.length === 0 ? ["127.0.0.1"] : hosts).map((address) => ({
    type: /^\d/.test(address) ? "InternalIP" : "Hostname",
    address,
  }));
  return { status: { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } } };
}

function reasonsOf({ problems }: Rig): Record<string, string> {
  return Object.fromEntries([...problems].map(([name, { reason }]) => [name, reason]));
}

const SUMMARY = summaryOf([{}]);

Deno.test("a kubelet is asked with the token, and what it measured is taken with its age", async () => {
  await using server = await startKubeletServer(() =>
    Response.json(SUMMARY, { headers: { date: "Thu, 01 Jan 2026 12:00:09 GMT" } })
  );
  using rig = startRig();
  rig.nodes.set("node-1", nodeAt(server.port));
  await rig.clock.advance(100_000);
  await rig.ask();
  assert.deepEqual(server.tokens, ["Bearer secret-token"]);
  const [volume, ...others] = rig.taken;
  assert.deepEqual(others, []);
  assert.deepEqual(volume?.target, targetOn("node-1"));
  assert.equal(volume.taken.takenAtMs, 90_000);
  assert.equal(volume.taken.sample.usedBytes, 4 * GIBIBYTE);
  assert.deepEqual(reasonsOf(rig), {});
});

Deno.test("no token leaves for a kubelet whose certificate nobody vouches for", async () => {
  await using server = await startKubeletServer();
  using rig = startRig({});
  rig.nodes.set("node-1", nodeAt(server.port));
  await rig.ask();
  assert.deepEqual(reasonsOf(rig), { "node-1": "KubeletCertificateUnverified" });
  assert.match(rig.problems.get("node-1")?.message ?? "", /node node-1 .*UnknownIssuer/);
  assert.deepEqual([server.tokens, rig.taken], [[], []]);
});

Deno.test("no token leaves for a kubelet with the certificate of another address", async () => {
  await using server = await startKubeletServer();
  using rig = startRig();
  rig.nodes.set("node-1", nodeAt(server.port, "127.0.0.2"));
  await rig.ask();
  assert.deepEqual(reasonsOf(rig), { "node-1": "KubeletCertificateUnverified" });
  assert.deepEqual(server.tokens, []);
});

Deno.test("a kubelet whose certificate names the node alone is asked by that name", async () => {
  await using server = await startKubeletServer(() => Response.json(SUMMARY));
  using rig = startRig();
  rig.nodes.set("node-1", nodeAt(server.port, "127.0.0.2", "localhost"));
  await rig.ask();
  assert.deepEqual(server.tokens, ["Bearer secret-token"]);
  assert.equal(rig.taken.length, 1);
});

const FAILURES: readonly [string, () => Response, string | undefined][] = [
  ["401", () => new Response("", { status: 401 }), "KubeletRefused"],
  ["403", () => new Response("", { status: 403 }), "KubeletRefused"],
  ["500", () => new Response("", { status: 500 }), undefined],
  ["what is no summary", () => new Response("<html>"), undefined],
  [
    "a way to somewhere else",
    () => Response.redirect("https://127.0.0.1:1/stats/summary"),
    undefined,
  ],
  ["more than it may", () => new Response(new Uint8Array(8 * 1_024 ** 2 + 1)), undefined],
];

for (const [sentence, answer, atOnce] of FAILURES) {
  Deno.test(`a kubelet that answers with ${sentence} is told of, and asked again later`, async () => {
    await using server = await startKubeletServer(answer);
    using rig = startRig();
    rig.nodes.set("node-1", nodeAt(server.port));
    await rig.ask();
    assert.deepEqual(reasonsOf(rig), atOnce === undefined ? {} : { "node-1": atOnce });
    await rig.ask();
    assert.equal(server.tokens.length, 1);
    await rig.clock.advance(INTERVAL_MS);
    await rig.ask();
    assert.deepEqual(reasonsOf(rig), { "node-1": atOnce ?? "KubeletUnreachable" });
    server.answer = () => Response.json(SUMMARY);
    await rig.clock.advance(2 * INTERVAL_MS);
    await rig.ask();
    assert.deepEqual([reasonsOf(rig), rig.taken.length], [{}, 1]);
  });
}

Deno.test("a token that a kubelet does not know is read again", async () => {
  await using server = await startKubeletServer(() => new Response("", { status: 401 }));
  using rig = startRig();
  rig.nodes.set("node-1", nodeAt(server.port));
  await rig.ask();
  rig.token = "renewed-token";
  await rig.clock.advance(INTERVAL_MS);
  await rig.ask();
  assert.deepEqual(server.tokens, ["Bearer secret-token", "Bearer renewed-token"]);
});

Deno.test("nodes that are dead, slow or unknown harm no other", async () => {
  await using healthy = await startKubeletServer(() => Response.json(SUMMARY));
  const slow = Promise.withResolvers<void>();
  await using hanging = await startKubeletServer(async () => {
    await slow.promise;
    return new Response();
  });
  using rig = startRig();
  rig.nodes.set("node-1", nodeAt(healthy.port));
  rig.nodes.set("slow", nodeAt(hanging.port));
  rig.nodes.set("dead", nodeAt(deadPort()));
  rig.nodes.set("forbidden", new ApiError("Cannot get", { code: 403, reason: "Forbidden" }));
  const names = ["slow", "dead", "forbidden", "node-1"];
  const asking = rig.ask(names.map((name) => targetOn(name)));
  await until(() => rig.taken.length === 1 && hanging.tokens.length === 1, "both were asked");
  await rig.clock.advance(5_000);
  await asking;
  slow.resolve();
  assert.deepEqual(reasonsOf(rig), { forbidden: "KubeletRefused" });
  await rig.clock.advance(INTERVAL_MS);
  await rig.ask(names.map((name) => targetOn(name)));
  assert.equal(rig.problems.get("dead")?.reason, "KubeletUnreachable");
});

Deno.test("no node is asked on which every agent is heard", async () => {
  using rig = startRig();
  await rig.ask([
    targetOn("node-1", { isUnheard: false }),
    targetOn("node-2", { isUnheard: false }),
  ]);
  assert.deepEqual([rig.nodesRead, rig.taken, reasonsOf(rig)], [[], [], {}]);
});

Deno.test("the volumes of a node are compared where one of them is not heard of", async () => {
  const heard = targetOn("node-1", { podUid: "heard-uid", isUnheard: false });
  const summary = summaryOf([{}, { podUid: "heard-uid" }, { podUid: "foreign-uid" }]);
  await using server = await startKubeletServer(() => Response.json(summary));
  using rig = startRig();
  rig.nodes.set("node-1", nodeAt(server.port));
  await rig.ask([targetOn("node-1"), heard]);
  assert.deepEqual(rig.taken.map(({ target }) => target), [targetOn("node-1"), heard]);
});

/** A port that nobody listens on. */
function deadPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
