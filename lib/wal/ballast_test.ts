import assert from "node:assert/strict";
import fc from "fast-check";

import { headroomAtPressure } from "../threshold/pressure.ts";
import { bytes, GIBIBYTE } from "../units/bytes.ts";
import { percent } from "../units/percent.ts";
import { ballastUnits, mayWriteBallast, startingRoomBytes } from "./ballast.ts";
import { segmentSize } from "./segment.ts";
import { anySegmentSize } from "./testing/arbitraries.ts";

const MIB = 2 ** 20;

Deno.test("ballastUnits() is 1 % of the volume, at least 5 segments, at most 1 GiB", () => {
  const cases: readonly [number, number, number][] = [
    [1, 16, 5],
    [10, 16, 7],
    [50, 16, 32],
    [1000, 16, 64],
    [1, 1, 11],
    [10, 64, 5],
    [10, 512, 2],
    [10, 1024, 1],
  ];
  for (const [volumeGib, sizeMib, units] of cases) {
    const found = ballastUnits(bytes(volumeGib * GIBIBYTE), segmentSize(sizeMib * MIB));
    assert.equal(found, units, `${volumeGib} GiB in segments of ${sizeMib} MiB`);
  }
});

Deno.test("mayWriteBallast() never brings pressure to the warning threshold", () => {
  const anySize = fc.integer({ min: 1, max: 2 ** 40 }).map((value) => bytes(value));
  fc.assert(
    fc.property(
      anySize,
      anySize,
      anySize,
      fc.integer({ min: 1, max: 99 }),
      (volume, free, ballast, at) => {
        const leastHeadroomBytes = bytes(Math.min(volume, free));
        const room = { volumeBytes: volume, leastHeadroomBytes, warningPercent: percent(at) };
        if (!mayWriteBallast(ballast, room)) return;
        assert.ok(leastHeadroomBytes - ballast > headroomAtPressure(volume, at));
        assert.ok(leastHeadroomBytes > 2 * ballast);
      },
    ),
  );
});

Deno.test("mayWriteBallast() wants twice its size, and room below the threshold", () => {
  const may = (headroom: number, ballast: number): boolean =>
    mayWriteBallast(bytes(ballast), {
      volumeBytes: bytes(1000),
      leastHeadroomBytes: bytes(headroom),
      warningPercent: percent(70),
    });
  assert.ok(may(401, 100));
  assert.ok(!may(400, 100), "exactly at the threshold");
  assert.ok(!may(900, 450), "exactly twice");
  assert.ok(may(901, 450));
});

Deno.test("startingRoomBytes() is a segment for CNPG's probe and one for PostgreSQL", () => {
  fc.assert(fc.property(anySegmentSize, (size) => {
    assert.equal(startingRoomBytes(size), 2 * size);
  }));
});
