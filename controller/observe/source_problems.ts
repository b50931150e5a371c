/**
 * Which sources do not answer, and whose volumes that concerns.
 *
 * @module
 */

import type { SourceProblem } from "../../lib/view/cluster.ts";
import type { Volume } from "../../lib/view/volume.ts";

/** A source besides the agents. */
export type OtherSource = Exclude<SourceProblem["source"], "agent">;

/** A cluster over more nodes is told of so many: the rest has the same remedy. */
const PROBLEMS_TOLD_MAX = 5;

/** Remembers problems. Its size is that of the nodes and pods that are asked in vain. */
export interface SourceProblems {
  /**
   * Sets or, with undefined, takes back what is the matter with a source. `subject` is the name of a node for the
   * kubelet, the UID of a pod for instance metrics, and empty for what is asked for everybody. Tells whether that
   * is news.
   */
  set(source: OtherSource, subject: string, problem: SourceProblem | undefined): boolean;
  /** Takes back all problems of a source but those of these subjects. */
  keepOnly(source: OtherSource, subjects: ReadonlySet<string>): void;
  /** Problems that keep something about these volumes from being known, each once. */
  concerning(volumes: readonly Volume[]): readonly SourceProblem[];
}

/** Creates a memory without problems. */
export function createSourceProblems(): SourceProblems {
  const problems: Readonly<Record<OtherSource, Map<string, SourceProblem>>> = {
    kubelet: new Map(),
    prometheus: new Map(),
    "instance-metrics": new Map(),
  };

  function concerningOne(volume: Volume): (SourceProblem | undefined)[] {
    const { fileSystem, pod } = volume;
    const isSeen = fileSystem.kind === "known";
    return [
      isSeen ? undefined : problems.kubelet.get(pod?.nodeName ?? ""),
      isSeen ? undefined : problems.prometheus.get(""),
      problems["instance-metrics"].get(volume.holdsWal ? pod?.uid ?? "" : ""),
    ];
  }

  return {
    set(source, subject, problem): boolean {
      const before = problems[source].get(subject);
      if (problem === undefined) return problems[source].delete(subject);
      problems[source].set(subject, problem);
      return before?.reason !== problem.reason || before.message !== problem.message;
    },
    keepOnly(source, subjects): void {
      for (const subject of problems[source].keys()) {
        if (!subjects.has(subject)) problems[source].delete(subject);
      }
    },
    concerning(volumes): readonly SourceProblem[] {
      if (Object.values(problems).every(({ size }) => size === 0)) return [];
      const found = volumes.flatMap(concerningOne).filter((problem) => problem !== undefined);
      return [...new Set(found)].slice(0, PROBLEMS_TOLD_MAX);
    },
  };
}
