/**
 * An observer's ear for sources, for tests.
 *
 * @module
 */

import type { SourceProblem } from "../../../lib/view/cluster.ts";
import type { WalDirectory } from "../../../lib/view/volume.ts";
import type { MeasuredVolume, Measuring } from "../../observe/measuring.ts";
import type { SourceTarget } from "../../observe/source_targets.ts";

/** What an instance counted, and when. */
export interface CountedWal {
  readonly directory: WalDirectory;
  readonly takenAtMs: number;
}

/** What sources said. */
export interface FakeMeasuring extends Measuring {
  readonly taken: MeasuredVolume[];
  /** Problems that stand, by `SOURCE/SUBJECT`. */
  readonly problems: Map<string, SourceProblem>;
  /** By the UID of the pod. */
  readonly walDirectories: Map<string, CountedWal>;
  /** What there is to ask about. */
  targets: readonly SourceTarget[];
}

/** Creates one that has heard nothing. */
export function createFakeMeasuring(): FakeMeasuring {
  const fake: FakeMeasuring = {
    taken: [],
    problems: new Map(),
    targets: [],
    walDirectories: new Map(),
    sourceTargets: () => fake.targets,
    takeSamples: (_source, volumes) => void fake.taken.push(...volumes),
    takeWalDirectory: ({ podUid }, directory, takenAtMs) =>
      void fake.walDirectories.set(podUid, { directory, takenAtMs }),
    setSourceProblem(source, subject, problem): void {
      if (problem === undefined) fake.problems.delete(`${source}/${subject}`);
      else fake.problems.set(`${source}/${subject}`, problem);
    },
    keepSourceProblems: () => {},
    listenAnew: () => {},
  };
  return fake;
}

/** A volume whose agent keeps silent. */
export function sourceTarget(overrides: Partial<SourceTarget> = {}): SourceTarget {
  return {
    clusterKey: "shop/orders",
    namespace: "shop",
    claimName: "orders-1",
    role: "data",
    podName: "orders-1",
    podUid: "orders-1-pod-uid",
    nodeName: "node-1",
    podAddress: "10.0.0.7",
    metricsTls: false,
    holdsWal: true,
    runningSinceMs: 0,
    isUnheard: true,
    ...overrides,
  };
}
