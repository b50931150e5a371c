import { deepEqual, throws } from "node:assert/strict";
import { bytes } from "../units/bytes.ts";
import { bytesPerSecond } from "./rate.ts";
import { spaceSampleOf } from "./sample.ts";

const FILE_SYSTEM = {
  totalBytes: bytes(1000),
  usedBytes: bytes(700),
  availableBytes: bytes(300),
  deviceBytes: bytes(1000),
};

Deno.test("spaceSampleOf() counts segments made for later as room, and says so", () => {
  deepEqual(spaceSampleOf(FILE_SYSTEM, { kind: "unknown" }), {
    kind: "known",
    usedBytes: 700,
    basis: "blocks",
  });
  const wal = { kind: "known", leastBytes: bytes(50), mostBytes: bytes(100) } as const;
  deepEqual(spaceSampleOf(FILE_SYSTEM, wal), {
    kind: "known",
    usedBytes: 600,
    basis: "blocks-and-wal",
  });
});

Deno.test("bytesPerSecond() refuses what is no rate", () => {
  for (const value of [NaN, Infinity, -Infinity]) throws(() => bytesPerSecond(value), RangeError);
});
