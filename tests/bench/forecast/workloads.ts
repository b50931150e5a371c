/**
 * Workloads made by formula: what volumes of databases look like, as far as people complain about them.
 *
 * @module
 */

import { PER_DAY, PER_HOUR, type Series, seriesOf } from "./series.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const DAYS = 12;
const LENGTH = DAYS * PER_DAY;

/** The length of one checkpoint's tooth in samples: `checkpoint_timeout` of 5 minutes. */
const TOOTH = 10;

type Random = () => number;

/** Makes a series; `random` gives numbers from 0 to 1. */
export type Workload = (random: Random) => Series;

/** By name, in the order of the table. */
export const WORKLOADS: ReadonlyMap<string, Workload> = new Map([
  ["steady", steady],
  ["bursty", bursty],
  ["sawtooth", sawtooth],
  ["weekly", weekly],
  ["step", step],
  ["idle then burst", idleThenBurst],
  ["vacuum drop", vacuumDrop],
]);

/** Data grows evenly, with some noise. */
function steady(random: Random): Series {
  const perDay = (2 + 6 * random()) * GIB;
  const capacity = 10 * GIB + perDay * (8 + 3 * random());
  return grow("steady", capacity, 10 * GIB, () => perDay / PER_DAY * (0.8 + 0.4 * random()));
}

/** Nothing for a while, then growth for minutes to hours, each time at another pace. */
function bursty(random: Random): Series {
  let left = 0;
  let pace = 0;
  return grow("bursty", (25 + 30 * random()) * GIB, 10 * GIB, () => {
    if (left <= 0) {
      const busy = pace === 0;
      left = Math.ceil((busy ? 0.2 + 0.8 * random() : 1 + 6 * random()) * PER_HOUR);
      pace = busy ? (0.5 + 3 * random()) * GIB / PER_HOUR : 0;
    }
    left -= 1;
    return pace * (0.8 + 0.4 * random());
  });
}

/** Checkpoints free what was written since the one before; beneath them the data grows. */
function sawtooth(random: Random): Series {
  const height = (1 + 2 * random()) * GIB;
  const perDay = (0.5 + random()) * GIB;
  const capacity = 8 * GIB + height + perDay * (7 + 4 * random());
  const used = grow("sawtooth", Infinity, 8 * GIB, () => perDay / PER_DAY * (0.9 + 0.2 * random()))
    .usedBytes;
  let share = 1;
  return seriesOf(
    "sawtooth",
    used.map((base, at) => {
      if (at % TOOTH === 0) share = 0.6 + 0.4 * random();
      return base + height * share * (at % TOOTH) / TOOTH;
    }),
    capacity,
  );
}

/** Five working days with a busy day and a quiet night, two days of rest. */
function weekly(random: Random): Series {
  const perWeek = (10 + 20 * random()) * GIB;
  const capacity = 20 * GIB + perWeek * (1.2 + 0.4 * random());
  const startDay = Math.floor(7 * random());
  return grow("weekly", capacity, 20 * GIB, (at) => {
    const weekday = (Math.floor(at / PER_DAY) + startDay) % 7;
    const hour = (at % PER_DAY) / PER_HOUR;
    const busy = hour >= 8 && hour < 18 ? 2.1 : 0.2;
    const perDay = weekday < 5 ? perWeek / 5 : perWeek / 50;
    return perDay / PER_DAY * busy * (0.7 + 0.6 * random());
  });
}

/** A bulk load of an hour or two that ends well before the volume is full; before and after it growth is slow. */
function step(random: Random): Series {
  const perDay = (2 + 2 * random()) * GIB;
  const from = Math.floor((1 + 3 * random()) * PER_DAY);
  const to = from + Math.floor((0.5 + 1.5 * random()) * PER_HOUR);
  const load = 40 * GIB;
  const capacity = 10 * GIB + load + perDay * (8 + 3 * random());
  return grow(
    "step",
    capacity,
    10 * GIB,
    (at) =>
      (at >= from && at < to ? load / (to - from) : perDay / PER_DAY) * (0.8 + 0.4 * random()),
  );
}

/** Days of idling, archive_timeout's segments aside; then WAL that nobody takes away fills the volume. */
function idleThenBurst(random: Random): Series {
  const from = Math.floor((2 + 4 * random()) * PER_DAY);
  const capacity = (10 + 20 * random()) * GIB;
  const minutes = 15 + 100 * random();
  const pace = capacity / (2 * minutes);
  let tooth = 0;
  return grow("idle then burst", capacity, 1 * GIB, (at) => {
    if (at >= from) return pace * (0.7 + 0.6 * random());
    tooth = at % TOOTH === 0 ? (tooth === 2 ? -2 : tooth + 1) : tooth;
    return at % TOOTH === 0 ? (tooth < 0 ? ((tooth = 0), -32 * MIB) : 16 * MIB) : 0;
  });
}

/** Even growth, and now and then a table is emptied or repacked. */
function vacuumDrop(random: Random): Series {
  const perDay = (4 + 6 * random()) * GIB;
  const drops = new Set([0, 1].map((n) => Math.floor((1.5 + 3 * n + 2 * random()) * PER_DAY)));
  const drop = (2 + 8 * random()) * GIB;
  const capacity = 20 * GIB + perDay * (8 + 3 * random()) - 2 * drop;
  return grow(
    "vacuum drop",
    capacity,
    20 * GIB,
    (at) => perDay / PER_DAY * (0.8 + 0.4 * random()) - (drops.has(at) ? drop : 0),
  );
}

function grow(
  workload: string,
  capacity: number,
  initial: number,
  growth: (at: number) => number,
): Series {
  const used = new Float64Array(LENGTH);
  let level = initial;
  for (let at = 0; at < LENGTH; at += 1) {
    level += growth(at);
    used[at] = level;
  }
  return seriesOf(workload, used, capacity);
}
