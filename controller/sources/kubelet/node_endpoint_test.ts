import assert from "node:assert/strict";
import { kubeletOrigins } from "./node_endpoint.ts";

function nodeOf(addresses: readonly (readonly [string, string])[], port?: number): unknown {
  return {
    addresses: addresses.map(([type, address]) => ({ type, address })),
    ...(port === undefined ? {} : { daemonEndpoints: { kubeletEndpoint: { Port: port } } }),
  };
}

const CASES: readonly [string, unknown, readonly string[]][] = [
  [
    "addresses before names, and the port that the Node names",
    nodeOf(
      [["Hostname", "node-1"], ["ExternalIP", "203.0.113.7"], ["InternalIP", "10.0.0.7"]],
      1_250,
    ),
    ["https://10.0.0.7:1250", "https://node-1:1250"],
  ],
  [
    "addresses of both families, and kubelet's own port",
    nodeOf([["InternalIP", "10.0.0.7"], ["InternalIP", "fd00::7"]]),
    ["https://10.0.0.7:10250", "https://[fd00::7]:10250"],
  ],
  ["nothing of a Node without an address", nodeOf([]), []],
  ["nothing of what would lead elsewhere", nodeOf([["InternalIP", "evil.example/x?"]]), []],
  ["nothing of a Node that cannot be read", 3, []],
];

for (const [sentence, status, expected] of CASES) {
  Deno.test(`kubeletOrigins() gives ${sentence}`, () => {
    assert.deepEqual(kubeletOrigins({ status }), expected);
  });
}
