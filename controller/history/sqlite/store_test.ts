import assert from "node:assert/strict";
import { HOUR, MINUTE, SECOND } from "../../../lib/units/millis.ts";
import { unpackSamples } from "../packed_hour.ts";
import { firstHour, firstSampleHour } from "../retention.ts";
import type { StoredPast } from "./messages.ts";
import { openDatabase } from "./open_database.ts";
import { createStore, type Store } from "./store.ts";
import { testDirectory } from "./testing/directory.ts";
import { type PendingSample, writtenSamples } from "./written_samples.ts";

/** The beginning of an hour. */
const NOW_MS = 400_000 * HOUR;
const FILE_BYTES_MAX = 2 ** 24;

async function withStore(test: (store: Store, reopen: () => Store) => void): Promise<void> {
  await using files = await testDirectory();
  let store = createStore(openDatabase(files.path, FILE_BYTES_MAX));
  test(store, () => {
    store.close();
    store = createStore(openDatabase(files.path, FILE_BYTES_MAX));
    return store;
  });
  store.close();
}

function write(
  store: Store,
  nowMs: number,
  samples: readonly PendingSample[],
  forgotten: readonly string[] = [],
): void {
  store.write({ kind: "write", nowMs, samples: writtenSamples(samples), forgotten });
}

function read(store: Store, nowMs: number, ...claimUids: readonly string[]): StoredPast[] {
  return store.read({ kind: "read", nowMs, claimUids });
}

/** Sizes of all samples, oldest first. */
function sizes(past: StoredPast | undefined): number[] {
  return (past?.hours ?? []).flatMap(([, packed]) =>
    unpackSamples(packed).map(({ usedBytes }) => Number(usedBytes))
  );
}

Deno.test("createStore() keeps samples of many volumes apart, also when it is opened again", () =>
  withStore((store, reopen) => {
    write(store, NOW_MS, [["a", NOW_MS - HOUR, 1, false], ["b", NOW_MS - HOUR, 10, true]]);
    write(store, NOW_MS, [["a", NOW_MS - 30 * MINUTE, 2, false], ["a", NOW_MS, 3, false]]);
    for (const open of [() => store, reopen]) {
      const each = open();
      const [a, b, ...rest] = read(each, NOW_MS, "a", "unknown", "b");
      assert.deepEqual(rest, []);
      assert.deepEqual([a?.claimUid, b?.claimUid], ["a", "b"]);
      assert.deepEqual([sizes(a), sizes(b)], [[1, 2, 3], [10]]);
      assert.deepEqual(a?.hours.map(([hour]) => hour), [NOW_MS / HOUR - 1, NOW_MS / HOUR]);
    }
  }));

Deno.test("createStore() makes an hour of samples an aggregate after a day, and drops it after a week", () =>
  withStore((store) => {
    const samples: PendingSample[] = [5, 9, 2, 4].map((
      size,
      index,
    ) => ["a", NOW_MS + index * MINUTE, size, false]);
    write(store, NOW_MS + 10 * MINUTE, samples);
    const expected = { minBytes: 2, maxBytes: 9, lastBytes: 4, count: 4, withWal: false };
    const ages: readonly (readonly [afterHours: number, samples: number, aggregates: number])[] = [
      [24, 4, 0],
      [25, 0, 1],
      [168, 0, 1],
      [169, 0, 0],
    ];
    for (const [afterHours, count, aggregates] of ages) {
      const nowMs = NOW_MS + afterHours * HOUR;
      write(store, nowMs, [["b", nowMs, 1, false]]);
      const [past] = read(store, nowMs, "a");
      assert.equal(sizes(past).length, count, `${afterHours} h`);
      const wanted = Array(aggregates).fill({ hour: NOW_MS / HOUR, ...expected });
      assert.deepEqual(past?.aggregates ?? [], wanted, `${afterHours} h`);
    }
  }));

Deno.test("createStore() keeps no more than one sample in 15 s, however they come", () =>
  withStore((store) => {
    const everySecond = Array.from(
      { length: 40 },
      (_, second): PendingSample => ["a", NOW_MS + second * SECOND, second, false],
    );
    write(store, NOW_MS + MINUTE, everySecond);
    assert.deepEqual(sizes(read(store, NOW_MS + MINUTE, "a")[0]), [0, 15, 30]);
    // A batch whose answer was lost is written again.
    write(store, NOW_MS + MINUTE, everySecond.slice(30));
    assert.deepEqual(sizes(read(store, NOW_MS + MINUTE, "a")[0]), [0, 15, 30]);
    write(store, NOW_MS + MINUTE, [["a", NOW_MS + 45 * SECOND, 45, false]]);
    assert.deepEqual(sizes(read(store, NOW_MS + MINUTE, "a")[0]), [0, 15, 30, 45]);
  }));

Deno.test("createStore() keeps an hour small when a clock is set to and fro", () =>
  withStore((store) => {
    const samples = Array.from(
      { length: 10_000 },
      (_, index): PendingSample => [
        "a",
        NOW_MS + (index % 2) * 50 * MINUTE,
        2 ** 40 * (index % 3),
        false,
      ],
    );
    for (let start = 0; start < samples.length; start += 100) {
      write(store, NOW_MS + HOUR, samples.slice(start, start + 100));
    }
    const [, packed] = read(store, NOW_MS + HOUR, "a")[0]?.hours[0] ?? [];
    assert.ok((packed?.length ?? Infinity) < 6_000, `${packed?.length} bytes`);
  }));

Deno.test("createStore() passes over what is older than samples are kept", () =>
  withStore((store) => {
    const oldest = firstSampleHour(NOW_MS) * HOUR;
    write(store, NOW_MS, [["a", oldest - 1, 1, false], ["a", oldest, 2, false]]);
    assert.deepEqual(sizes(read(store, NOW_MS, "a")[0]), [2]);
  }));

Deno.test("createStore() loses nothing when the clock is set back", () =>
  withStore((store) => {
    write(store, NOW_MS, [["a", NOW_MS - HOUR, 1, false], ["a", NOW_MS, 2, false]]);
    write(store, NOW_MS - 100 * HOUR, [["a", NOW_MS - 100 * HOUR, 3, false]]);
    assert.deepEqual(sizes(read(store, NOW_MS, "a")[0]), [3, 1, 2]);
  }));

Deno.test("createStore() keeps nothing of a claim that is forgotten", () =>
  withStore((store) => {
    for (let hour = 0; hour <= 30; hour++) {
      const atMs = NOW_MS + hour * HOUR;
      write(store, atMs, [["a", atMs, 1, false], ["b", atMs, 2, false]]);
    }
    const nowMs = NOW_MS + 30 * HOUR;
    write(store, nowMs, [["a", nowMs + MINUTE, 3, false]], ["a", "unknown"]);
    const [b, ...rest] = read(store, nowMs, "a", "b");
    assert.deepEqual(rest, []);
    assert.equal(b?.claimUid, "b");
    assert.equal(b.hours.length + b.aggregates.length, 31);
    // The same UID begins anew.
    write(store, nowMs, [["a", nowMs, 4, false]]);
    assert.deepEqual(sizes(read(store, nowMs, "a")[0]), [4]);
  }));

Deno.test("createStore() writes a week and no more, hour by hour", () =>
  withStore((store) => {
    for (let hour = 0; hour < 200; hour++) {
      const atMs = NOW_MS + hour * HOUR;
      write(store, atMs, [["a", atMs, hour, hour % 2 === 0]]);
    }
    const nowMs = NOW_MS + 199 * HOUR;
    const [past] = read(store, nowMs, "a");
    assert.equal(past?.hours.length, 25);
    assert.equal(past.aggregates.length, 168 - 24);
    assert.equal(past.aggregates[0]?.hour, firstHour(nowMs));
    assert.deepEqual(past.aggregates.map(({ withWal }) => withWal).slice(0, 2), [false, true]);
  }));
