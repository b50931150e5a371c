import assert from "node:assert/strict";

import { createFakeClock, type FakeClock, settle } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import type { Forecast } from "../../lib/forecast/forecast.ts";
import type { AgedSample } from "../../lib/forecast/sample.ts";
import { sampled } from "../../lib/testing/builders.ts";
import { bytes, GIBIBYTE, MEBIBYTE } from "../../lib/units/bytes.ts";
import { HOUR, millis, MINUTE, SECOND } from "../../lib/units/millis.ts";
import type {
  History,
  HistoryState,
  PastRecord,
  PastVolume,
  VolumePast,
} from "../history/history.ts";
import { createForecasts, type Forecasts } from "./forecasts.ts";

const UID = "claim-uid";
const VOLUME: PastVolume = { claimUid: UID, namespace: "shop", claimName: "orders-1" };
const TOTAL_BYTES = bytes(100 * GIBIBYTE);

/** One mebibyte a second: 85 GiB are full after a day. */
const RATE = MEBIBYTE;

interface Scene {
  readonly clock: FakeClock;
  readonly forecasts: Forecasts;
  readonly records: PastRecord[];
  readonly forgotten: string[];
  leads: boolean;
  /** Follows the volume with what is used now, as measured now. */
  see(usedBytes: number, source?: "agent" | "kubelet"): Forecast | undefined;
  stop(): Promise<void>;
}

interface Kept {
  readonly past?: VolumePast | undefined;
  readonly read?: History["read"] | undefined;
  /** @default {{ kind: "kept" }} */
  readonly state?: HistoryState | undefined;
}

/** Without `kept` there is no history. */
function play(kept?: Kept): Scene {
  const clock = createFakeClock();
  const records: PastRecord[] = [];
  const forgotten: string[] = [];
  const pasts = kept?.past === undefined ? new Map() : new Map([[UID, kept.past]]);
  const history: History = {
    record: (record) => void records.push(record),
    read: kept?.read ?? (() => Promise.resolve(pasts)),
    forget: (claimUid) => void forgotten.push(claimUid),
    state: () => kept === undefined ? { kind: "off" } : kept.state ?? { kind: "kept" },
    close: () => Promise.resolve(),
  };
  const forecasts = createForecasts({
    history,
    clock,
    log: createRecordingLogger(),
    leads: () => scene.leads,
  });
  const stopping = new AbortController();
  const running = forecasts.run(stopping.signal);
  const scene: Scene = {
    clock,
    forecasts,
    records,
    forgotten,
    leads: true,
    see(usedBytes, source = "agent"): Forecast | undefined {
      const fileSystem = {
        ...sampled(0, {
          totalBytes: TOTAL_BYTES,
          usedBytes: bytes(usedBytes),
          observedAtMs: millis(clock.now()),
        }),
        source,
      };
      const volume = { ...VOLUME, fileSystem, walHeadroom: { kind: "unknown" } as const };
      return forecasts.follow(volume, clock.now());
    },
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
  return scene;
}

/** Samples of the time before, every 30 seconds, that end with `usedBytes` so long ago. */
function grown(durationMs: number, usedBytes: number, agoMs: number = 30 * SECOND): AgedSample[] {
  const count = Math.floor(durationMs / (30 * SECOND));
  return Array.from({ length: count }, (_, index): AgedSample => {
    const beforeEndMs = (count - 1 - index) * 30 * SECOND;
    return {
      ageMs: millis(agoMs + beforeEndMs),
      sample: {
        kind: "known",
        usedBytes: bytes(usedBytes - RATE * beforeEndMs / SECOND),
        basis: "blocks",
      },
    };
  });
}

/** Sees the volume grow at {@link RATE}, and gives the last forecast. */
async function grow(
  scene: Scene,
  fromBytes: number,
  durationMs: number,
): Promise<Forecast | undefined> {
  let last = scene.see(fromBytes);
  for (let passedMs = 30 * SECOND; passedMs <= durationMs; passedMs += 30 * SECOND) {
    await scene.clock.advance(30 * SECOND);
    last = scene.see(fromBytes + RATE * passedMs / SECOND);
  }
  return last;
}

function kindOf(forecast: Forecast | undefined): string {
  return forecast?.timeToFull.kind ?? "none yet";
}

function nearlyFullIn(forecast: Forecast | undefined, durationMs: number): void {
  const outlook = forecast?.timeToFull;
  assert.ok(outlook?.kind === "known", kindOf(forecast));
  assert.ok(Math.abs(outlook.timeToFullMs / durationMs - 1) < 0.1, `${outlook.timeToFullMs}`);
}

Deno.test("follow() foretells from live samples alone where nothing was kept and no agent answers", async () => {
  const scene = play();
  assert.equal(kindOf(scene.see(50 * GIBIBYTE)), "none yet");
  for (let asked = 0; asked < 3; asked++) assert.ok(scene.forecasts.wantsHistory(UID));
  assert.equal(scene.forecasts.wantsHistory(UID), false, "it is not asked for ever");
  const forecast = await grow(scene, 50 * GIBIBYTE, 20 * MINUTE);
  assert.equal(forecast?.rates.minutes.kind, "known");
  await scene.stop();
});

Deno.test("follow() foretells at once what the agent remembers of an hour", async () => {
  const scene = play();
  scene.see(90 * GIBIBYTE);
  assert.ok(scene.forecasts.wantsHistory(UID));
  scene.forecasts.supply(UID, grown(HOUR, 90 * GIBIBYTE - 30 * RATE));
  assert.equal(scene.forecasts.wantsHistory(UID), false);
  nearlyFullIn(scene.see(90 * GIBIBYTE), 10 * GIBIBYTE / RATE * SECOND);
  await scene.stop();
});

Deno.test("follow() waits neither for an agent that is not there, nor for one that never answers", async () => {
  const without = play();
  assert.equal(kindOf(without.see(50 * GIBIBYTE, "kubelet")), "unknown");
  const silent = play();
  const forecast = await grow(silent, 50 * GIBIBYTE, 5 * 30 * SECOND);
  assert.equal(forecast?.rates.minutes.kind, "known", "what waited is folded then");
  await Promise.all([without.stop(), silent.stop()]);
});

Deno.test("follow() foretells from what was kept, and folds after it what came meanwhile", async () => {
  const scene = play({ past: { aggregates: [], samples: grown(2 * HOUR, 90 * GIBIBYTE) } });
  assert.equal(kindOf(scene.see(90 * GIBIBYTE + 30 * RATE)), "none yet");
  assert.equal(scene.forecasts.wantsHistory(UID), false, "the past is read first");
  await settle();
  const left = 10 * GIBIBYTE - 30 * RATE;
  nearlyFullIn(scene.see(90 * GIBIBYTE + 30 * RATE), left / RATE * SECOND);
  assert.equal(scene.forecasts.wantsHistory(UID), false);
  await scene.stop();
});

Deno.test("follow() asks the agent besides where what was kept ends long ago", async () => {
  const scene = play({ past: { aggregates: [], samples: grown(HOUR, 80 * GIBIBYTE, 2 * HOUR) } });
  scene.see(90 * GIBIBYTE);
  await settle();
  assert.ok(scene.forecasts.wantsHistory(UID));
  scene.forecasts.supply(UID, grown(HOUR, 90 * GIBIBYTE));
  nearlyFullIn(scene.see(90 * GIBIBYTE), 10 * GIBIBYTE / RATE * SECOND);
  await scene.stop();
});

Deno.test("follow() asks a history that failed before, which may work by now", async () => {
  const past = { aggregates: [], samples: grown(2 * HOUR, 90 * GIBIBYTE) };
  const scene = play({ past, state: { kind: "unavailable", message: "it was down" } });
  scene.see(90 * GIBIBYTE + 30 * RATE);
  await settle();
  const left = 10 * GIBIBYTE - 30 * RATE;
  nearlyFullIn(scene.see(90 * GIBIBYTE + 30 * RATE), left / RATE * SECOND);
  await scene.stop();
});

Deno.test("follow() goes on without a past that cannot be read", async () => {
  const scene = play({ read: () => Promise.reject(new Error("disk gone")) });
  scene.see(50 * GIBIBYTE);
  await settle();
  assert.ok(scene.forecasts.wantsHistory(UID));
  scene.forecasts.supply(UID, []);
  assert.equal(kindOf(scene.see(50 * GIBIBYTE)), "unknown");
  await scene.stop();
});

Deno.test("follow() knows days from hourly aggregates", async () => {
  const hours = Array.from({ length: 5 * 24 }, (_, index) => {
    const ageMs = (5 * 24 - index) * HOUR + 10 * MINUTE;
    const lastBytes = bytes(Math.round(90 * GIBIBYTE - GIBIBYTE * ageMs / HOUR / 2));
    const aggregate = {
      minBytes: bytes(lastBytes - GIBIBYTE / 2),
      maxBytes: lastBytes,
      lastBytes,
      count: 120,
      basis: "blocks" as const,
    };
    return { ageMs, aggregate };
  });
  const last = hours.at(-1)?.aggregate.lastBytes ?? bytes(0);
  const scene = play({ past: { aggregates: hours, samples: grown(MINUTE, last, 5 * MINUTE) } });
  scene.see(90 * GIBIBYTE, "agent");
  await settle();
  const forecast = scene.see(90 * GIBIBYTE);
  assert.equal(forecast?.rates.days.kind, "known");
  nearlyFullIn(forecast, 20 * HOUR);
  await scene.stop();
});

Deno.test("follow() begins anew with another claim, and forgets one that is gone", async () => {
  const scene = play();
  scene.see(90 * GIBIBYTE);
  scene.forecasts.supply(UID, grown(HOUR, 90 * GIBIBYTE));
  assert.equal(kindOf(scene.see(90 * GIBIBYTE)), "known");
  scene.forecasts.forget(UID);
  assert.deepEqual(scene.forgotten, [UID]);
  assert.equal(kindOf(scene.see(90 * GIBIBYTE)), "none yet");
  await scene.stop();
});

Deno.test("follow() foretells nothing of a volume that is not measured now, and keeps its rates", async () => {
  const scene = play();
  scene.see(90 * GIBIBYTE);
  scene.forecasts.supply(UID, grown(HOUR, 90 * GIBIBYTE));
  const fileSystem = { kind: "unknown", reason: "StaleSample", message: "" } as const;
  const volume = { ...VOLUME, fileSystem, walHeadroom: { kind: "unknown" } as const };
  const forecast = scene.forecasts.follow(volume, scene.clock.now());
  assert.equal(kindOf(forecast), "unknown");
  assert.equal(forecast?.rates.minutes.kind, "known");
  await scene.stop();
});

Deno.test("follow() takes an expansion for no growth", async () => {
  const scene = play();
  scene.see(90 * GIBIBYTE);
  scene.forecasts.supply(UID, grown(HOUR, 90 * GIBIBYTE));
  await scene.clock.advance(30 * SECOND);
  const fileSystem = sampled(0, {
    totalBytes: bytes(2 * TOTAL_BYTES),
    usedBytes: bytes(90 * GIBIBYTE + 30 * RATE),
    observedAtMs: millis(scene.clock.now()),
  });
  const volume = { ...VOLUME, fileSystem, walHeadroom: { kind: "unknown" } as const };
  const { minutes } = scene.forecasts.follow(volume, scene.clock.now())?.rates ?? {};
  assert.ok(minutes?.kind === "known" && Math.abs(minutes.rate / RATE - 1) < 0.01);
  await scene.stop();
});

Deno.test("follow() records each sample once, every half a minute, and only while it leads", async () => {
  const scene = play();
  for (let second = 0; second <= 90; second += 2) {
    scene.see(50 * GIBIBYTE + second);
    scene.see(50 * GIBIBYTE + second);
    await scene.clock.advance(2 * SECOND);
  }
  assert.deepEqual(scene.records.map(({ sample }) => sample.usedBytes - 50 * GIBIBYTE), [
    0,
    26,
    52,
    78,
  ]);
  assert.deepEqual(scene.records[0]?.volume, VOLUME);
  const count = scene.records.length;
  scene.leads = false;
  await scene.clock.advance(MINUTE);
  scene.see(50 * GIBIBYTE);
  assert.equal(scene.records.length, count);
  await scene.stop();
});
