// Goal: what an agent remembers reaches the forecasts of a controller that has just begun, whole and once.
// Method: the real agent and the real observer behind the real handler of reports, on one clock.

import assert from "node:assert/strict";

import { parseConfig } from "../../agent/config.ts";
import type { FileSystemStatistics } from "../../agent/measure.ts";
import type { SendOutcome } from "../../agent/outbox.ts";
import { runAgent } from "../../agent/run_agent.ts";
import {
  INTERVAL_MS,
  REPORTER,
  type Rig,
  startRig,
} from "../../controller/observe/testing/observer_rig.ts";
import { createAcceptReport } from "../../controller/reconcile/accept_report.ts";
import { settle } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import type { Report, ReportAnswer } from "../../lib/report/report.ts";
import { GIBIBYTE, MEBIBYTE } from "../../lib/units/bytes.ts";
import { HOUR, millis, MINUTE, SECOND } from "../../lib/units/millis.ts";
import type { Volume } from "../../lib/view/volume.ts";

const TOTAL_BYTES = 10 * GIBIBYTE;
const USED_AT_FIRST_BYTES = 4 * GIBIBYTE;
const BYTES_PER_SECOND = MEBIBYTE;
const BLOCK_BYTES = 4096;

interface Story {
  readonly rig: Rig;
  readonly reports: Report[];
  /** Whether somebody takes reports. */
  isHeard: boolean;
  end(): Promise<void>;
}

async function play(): Promise<Story> {
  const rig = await startRig();
  const { clock, observer } = rig;
  const accept = createAcceptReport({
    observer,
    metrics: { reportReceived(): void {} },
    decideTrips: () => [],
    now: () => millis(clock.now()),
    reportIntervalMs: INTERVAL_MS,
  });
  const startMs = clock.monotonic();

  function statistics(): Promise<FileSystemStatistics> {
    const seconds = (clock.monotonic() - startMs) / SECOND;
    const usedBytes = USED_AT_FIRST_BYTES + BYTES_PER_SECOND * seconds;
    const free = BigInt(Math.floor((TOTAL_BYTES - usedBytes) / BLOCK_BYTES));
    const [frsize, blocks] = [BigInt(BLOCK_BYTES), BigInt(TOTAL_BYTES / BLOCK_BYTES)];
    return Promise.resolve({
      frsize,
      bsize: frsize,
      blocks,
      bfree: free,
      bavail: free,
      files: 0n,
      ffree: 0n,
    });
  }

  async function send(report: Report): Promise<SendOutcome<ReportAnswer>> {
    if (!story.isHeard) return { kind: "failed", problem: "no controller" };
    story.reports.push(report);
    const reporter = { ...REPORTER, clusterName: "orders", instance: "orders-1" };
    return { kind: "answered", answer: await accept(reporter, report) };
  }

  const stopping = new AbortController();
  const running = runAgent({
    clock,
    random: () => 0.5,
    logger: createRecordingLogger(),
    directories: {
      kindOf: (path) => Promise.resolve(path.endsWith("/data") ? "directory" : "absent"),
      names: () => Promise.resolve([]),
    },
    probe: { statistics },
    sender: { send, close(): void {} },
    settings: {
      config: () => CONFIG,
      problems: () => [],
      reload: () => Promise.resolve(),
    },
    agentVersion: "0",
    session: "session",
    problems: [],
  }, stopping.signal);
  const story: Story = {
    rig,
    reports: [],
    isHeard: false,
    async end(): Promise<void> {
      stopping.abort();
      await running;
      await rig[Symbol.asyncDispose]();
    },
  };
  return story;
}

const { config: CONFIG } = parseConfig({ pod: { namespace: "shop", name: "orders-1" } }, {});

function volumeOf({ rig }: Story): Volume {
  const [volume] = rig.view().volumes;
  assert.ok(volume !== undefined);
  return volume;
}

Deno.test("a controller that has just begun foretells by what the agent remembers of an hour", async () => {
  const story = await play();
  await story.rig.clock.advance(75 * MINUTE);
  assert.equal(volumeOf(story).forecast, undefined, "nobody has reported yet");
  story.isHeard = true;
  await story.rig.clock.advance(MINUTE);
  await settle();
  const [first, second, ...later] = story.reports;
  assert.equal(first?.history, undefined);
  assert.equal(second?.history?.length, 120, "an hour, every half a minute");
  assert.ok(later.length > 0 && later.every(({ history }) => history === undefined), "once");

  const { forecast, fileSystem } = volumeOf(story);
  const outlook = forecast?.timeToFull;
  assert.ok(outlook?.kind === "known" && fileSystem.kind === "known");
  const leftMs = fileSystem.value.availableBytes / BYTES_PER_SECOND * SECOND;
  assert.ok(Math.abs(outlook.timeToFullMs / leftMs - 1) < 0.05, `${outlook.timeToFullMs / MINUTE}`);
  assert.ok(leftMs < HOUR);
  await story.end();
});
