/**
 * Downsampling: what is left of the samples of an hour after a day (DESIGN §8).
 *
 * @module
 */

import { type Bytes, maxBytes, minBytes } from "../units/bytes.ts";
import type { Basis, SpaceSample } from "./sample.ts";

/** The known samples of a span of time. */
export interface SpaceAggregate {
  readonly minBytes: Bytes;
  readonly maxBytes: Bytes;
  readonly lastBytes: Bytes;
  readonly count: number;
  /** That of the last sample; an aggregate never mixes two. */
  readonly basis: Basis;
}

/**
 * Adds a sample to the aggregate of its hour. Unknown samples leave no trace: an hour without any known one
 * has no aggregate, which is not an aggregate of zero.
 *
 * Where the basis changes, the aggregate begins anew: what came before cannot be compared with the rest.
 */
export function foldAggregateSample(
  aggregate: SpaceAggregate | undefined,
  sample: SpaceSample,
): SpaceAggregate | undefined {
  if (sample.kind === "unknown") return aggregate;
  const { usedBytes, basis } = sample;
  if (aggregate === undefined || aggregate.basis !== basis) {
    return { minBytes: usedBytes, maxBytes: usedBytes, lastBytes: usedBytes, count: 1, basis };
  }
  return {
    minBytes: minBytes(aggregate.minBytes, usedBytes),
    maxBytes: maxBytes(aggregate.maxBytes, usedBytes),
    lastBytes: usedBytes,
    count: aggregate.count + 1,
    basis,
  };
}

/**
 * Joins two aggregates, the earlier one first: the same as if the samples of both had been folded in turn, the
 * basis of each being one.
 */
export function joinAggregates(earlier: SpaceAggregate, later: SpaceAggregate): SpaceAggregate {
  if (earlier.basis !== later.basis) return later;
  return {
    minBytes: minBytes(earlier.minBytes, later.minBytes),
    maxBytes: maxBytes(earlier.maxBytes, later.maxBytes),
    lastBytes: later.lastBytes,
    count: earlier.count + later.count,
    basis: later.basis,
  };
}
