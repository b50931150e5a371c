import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { bytes } from "../units/bytes.ts";
import { foldAggregateSample, joinAggregates, type SpaceAggregate } from "./aggregate.ts";
import type { SpaceSample } from "./sample.ts";
import { known } from "./testing/series.ts";

function aggregateOf(samples: readonly SpaceSample[]): SpaceAggregate | undefined {
  let aggregate: SpaceAggregate | undefined;
  for (const sample of samples) aggregate = foldAggregateSample(aggregate, sample);
  return aggregate;
}

Deno.test("foldAggregateSample() keeps the least, the most, the last and the count", () => {
  const samples = [known(5), known(9), { kind: "unknown" } as const, known(2), known(4)];
  deepEqual(aggregateOf(samples), {
    minBytes: 2,
    maxBytes: 9,
    lastBytes: 4,
    count: 4,
    basis: "blocks",
  });
});

Deno.test("foldAggregateSample() makes nothing of what is unknown", () => {
  equal(aggregateOf([{ kind: "unknown" }, { kind: "unknown" }]), undefined);
});

Deno.test("foldAggregateSample() begins anew where the basis changes", () => {
  const other = { kind: "known", usedBytes: bytes(100), basis: "blocks-and-wal" } as const;
  const aggregate = aggregateOf([known(5), known(9), other]);
  equal(aggregate?.count, 1);
  equal(aggregate.minBytes, 100);
  equal(aggregate.basis, "blocks-and-wal");
});

Deno.test("joinAggregates() comes to the same as folding all samples in turn", () => {
  const some = fc.tuple(
    fc.constantFrom("blocks" as const, "blocks-and-wal" as const),
    fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
  ).map(([basis, sizes]) =>
    sizes.map((size): SpaceSample => ({ kind: "known", usedBytes: bytes(size), basis }))
  );
  fc.assert(fc.property(some, some, (earlier, later) => {
    const [first, second] = [aggregateOf(earlier), aggregateOf(later)];
    if (first === undefined || second === undefined) throw new Error("expected two aggregates");
    deepEqual(joinAggregates(first, second), aggregateOf([...earlier, ...later]));
  }));
});
