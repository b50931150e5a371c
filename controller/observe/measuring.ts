/**
 * What the observer gives to sources besides the agents, and takes from them.
 *
 * @module
 */

import type { Source } from "../../lib/view/observation.ts";
import type { SourceProblem } from "../../lib/view/cluster.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import type { WalDirectory } from "../../lib/view/volume.ts";
import type { Memory } from "./memory.ts";
import type { TakenSample } from "./samples.ts";
import type { OtherSource } from "./source_problems.ts";
import { type SourceTarget, sourceTargets, type TargetOptions } from "./source_targets.ts";

/** What a source measured of a volume. */
export interface MeasuredVolume {
  readonly target: SourceTarget;
  readonly taken: TakenSample;
}

/** The observer, as sources see it. */
export interface Measuring {
  /** Volumes that a running pod mounts, of all clusters. */
  sourceTargets(): readonly SourceTarget[];
  /** Takes in what a source measured; clusters that depend on it are told dirty. */
  takeSamples(source: Exclude<Source, "agent">, measured: readonly MeasuredVolume[]): void;
  /** Takes in what an instance counted in its pg_wal; `takenAtMs` is on the monotonic clock. */
  takeWalDirectory(target: SourceTarget, directory: WalDirectory, takenAtMs: number): void;
  /** Sets or takes back what is the matter with a source (see `SourceProblems.set`), for whom it concerns. */
  setSourceProblem(
    source: OtherSource,
    subject: string,
    problem: SourceProblem | undefined,
    targets: readonly SourceTarget[],
  ): void;
  /** Takes back all problems of a source but those of these subjects. */
  keepSourceProblems(source: OtherSource, subjects: ReadonlySet<string>): void;
  /** Reports come to this process from now on: nobody has been silent before. */
  listenAnew(): void;
}

/** Creates that part of an observer. */
export function measuring(memory: Memory, options: TargetOptions): Measuring {
  const { dirty, pictures, problems, runningTimes, samples, walCounts } = memory;

  /** A source takes its time to answer; what it tells of a pod that is gone by then would be kept for ever. */
  function isThere({ namespace, podName: name, podUid }: SourceTarget): boolean {
    return pictures.pods.get(objectKey({ namespace, name }))?.uid === podUid;
  }

  function tell(targets: readonly SourceTarget[]): void {
    const unheard = targets.filter(({ isUnheard }) => isUnheard);
    for (const key of new Set(unheard.map(({ clusterKey }) => clusterKey))) dirty.tell(key);
  }

  return {
    sourceTargets: () => sourceTargets(memory, options),
    takeSamples(source, measured): void {
      for (const { target, taken } of measured) {
        if (isThere(target)) samples.putSample(source, target.podUid, target.role, taken);
      }
      tell(measured.map(({ target }) => target));
    },
    takeWalDirectory(target, directory, takenAtMs): void {
      if (isThere(target)) walCounts.put(target.podUid, directory, takenAtMs);
    },
    setSourceProblem(source, subject, problem, targets): void {
      if (problems.set(source, subject, problem)) tell(targets);
    },
    keepSourceProblems: problems.keepOnly,
    listenAnew: () => runningTimes.countAnew(options.clock.monotonic()),
  };
}
