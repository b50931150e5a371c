/**
 * What a view is built from besides objects and samples, with nothing in it.
 *
 * @module
 */

import type { ViewInputs } from "../build_view.ts";
import { createDisagreements } from "../disagreements.ts";
import { createSourceProblems } from "../source_problems.ts";
import { createWalCounts } from "../wal_counts.ts";

/** Memories of sources besides agents, none of which has said anything. */
export function quietMemories(): Pick<ViewInputs, "problems" | "walCounts" | "disagreements"> {
  return {
    problems: createSourceProblems(),
    walCounts: createWalCounts(),
    disagreements: createDisagreements(),
  };
}
