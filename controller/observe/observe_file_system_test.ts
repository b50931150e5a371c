import assert from "node:assert/strict";
import { bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { millis } from "../../lib/units/millis.ts";
import type { FileSystemSample } from "../../lib/view/volume.ts";
import { claimObject } from "../testing/builders.ts";
import {
  type FileSystemEvidence,
  firstStaleAtMs,
  type ObservedFileSystem,
  observeFileSystem,
  staleAfter,
} from "./observe_file_system.ts";
import { projectClaim } from "./project_claim.ts";
import type { SampleReading } from "./samples.ts";

const NOW_MS = millis(1_700_000_000_000);
const MONOTONIC_MS = 1_000_000;
const STALE_AFTER_MS = staleAfter(30_000);

function sampleOf(fields: Partial<FileSystemSample> = {}): FileSystemSample {
  return {
    totalBytes: bytes(10 * GIBIBYTE),
    usedBytes: bytes(4 * GIBIBYTE),
    availableBytes: bytes(6 * GIBIBYTE),
    deviceBytes: bytes(10 * GIBIBYTE),
    ...fields,
  };
}

function reading(ageMs: number, fields: Partial<FileSystemSample> = {}): SampleReading {
  return { kind: "sample", sample: sampleOf(fields), ageMs };
}

function observed(
  readings: FileSystemEvidence["readings"],
  capacityChange?: FileSystemEvidence["capacityChange"],
): ObservedFileSystem {
  return observeFileSystem({
    claim: projectClaim(claimObject()),
    podName: "orders-1",
    readings,
    capacityChange,
    staleAfterMs: STALE_AFTER_MS,
    monotonicMs: MONOTONIC_MS,
    nowMs: NOW_MS,
  });
}

/** The source that counts, or why none does, and the sources of the other readings. */
function told({ fileSystem, otherReadings = [] }: ObservedFileSystem): readonly string[] {
  const first = fileSystem.kind === "known" ? fileSystem.source : fileSystem.reason;
  return [first, ...otherReadings.map(({ source }) => source)];
}

const DIRECTORY = { deviceBytes: bytes(500 * GIBIBYTE) };

const CASES: readonly [string, FileSystemEvidence["readings"], readonly string[]][] = [
  ["nothing where nobody measured", {}, ["NoSample"]],
  ["the agent's word first", {
    prometheus: reading(1_000),
    kubelet: reading(1_000),
    agent: reading(90_000),
  }, ["agent", "kubelet", "prometheus"]],
  ["the kubelet's where the agent fell silent", {
    agent: reading(STALE_AFTER_MS + 1),
    kubelet: reading(150_000),
  }, ["kubelet"]],
  ["the kubelet's where the agent cannot read", {
    agent: { kind: "unreadable", error: "EIO", ageMs: 0 },
    kubelet: reading(10_000),
  }, ["kubelet"]],
  ["Prometheus' where it is all there is", { prometheus: reading(200_000) }, ["prometheus"]],
  ["nothing where every source is stale", {
    agent: reading(STALE_AFTER_MS + 1),
    kubelet: reading(STALE_AFTER_MS + 120_001),
    prometheus: reading(STALE_AFTER_MS + 180_001),
  }, ["StaleSample"]],
  ["a shared disk that a better source sees", {
    agent: reading(0, DIRECTORY),
    kubelet: reading(0),
  }, ["SharedDisk"]],
  ["the agent's word where a worse source sees another disk", {
    agent: reading(0),
    kubelet: reading(0, DIRECTORY),
  }, ["agent"]],
  ["nothing of a kubelet that tells a size of zero", {
    kubelet: reading(0, { totalBytes: bytes(0) }),
  }, ["AgentUnreadable"]],
];

for (const [sentence, readings, expected] of CASES) {
  Deno.test(`observeFileSystem() believes ${sentence}`, () => {
    assert.deepEqual(told(observed(readings)), expected);
  });
}

Deno.test("observeFileSystem() believes no source from before the last growth", () => {
  const change = { fromBytes: bytes(10 * GIBIBYTE), seenAtMs: MONOTONIC_MS - 5_000 };
  const readings = { agent: reading(6_000), kubelet: reading(60_000) };
  assert.deepEqual(told(observed(readings, change)), ["SampleBeforeResize"]);
  const grown = reading(60_000, { deviceBytes: bytes(11 * GIBIBYTE) });
  assert.deepEqual(told(observed({ ...readings, kubelet: grown }, change)), ["kubelet"]);
});

Deno.test("firstStaleAtMs() gives each source its own time", () => {
  const agent = observed({ agent: reading(0) });
  const kubelet = observed({ kubelet: reading(0) });
  assert.equal(firstStaleAtMs([kubelet], STALE_AFTER_MS), NOW_MS + STALE_AFTER_MS + 120_001);
  assert.equal(firstStaleAtMs([kubelet, agent], STALE_AFTER_MS), NOW_MS + STALE_AFTER_MS + 1);
});
