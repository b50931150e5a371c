/**
 * Says whether a value is a configuration, and everything that is wrong with one that is not.
 *
 * @module
 */

import { timingProblem } from "../../kube/leader_election/mod.ts";
import { resolveChecked } from "../observe/resolve_checked.ts";
import { type ControllerConfig, toConfig } from "./config.ts";
import { configFileSchema } from "./config_schema.ts";
import { issueProblem, type Problem, unknownKeyProblem } from "./problem.ts";
import { findUnknownKeys } from "./unknown_keys.ts";

/** A configuration, or what keeps a value from being one. */
export type CheckedConfig =
  | { readonly kind: "valid"; readonly config: ControllerConfig }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Checks what a file of the configuration holds. */
export function checkConfig(value: unknown): CheckedConfig {
  const unknownKeys = findUnknownKeys(configFileSchema, value).map(unknownKeyProblem);
  const parsed = configFileSchema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => issueProblem(issue, value));
    return { kind: "refused", problems: [...unknownKeys, ...issues] };
  }
  const config = toConfig(parsed.data);
  const problems = [
    ...unknownKeys,
    ...contradictionsOf(parsed.data.defaults),
    ...electionProblems(config),
  ];
  return problems.length > 0 ? { kind: "refused", problems } : { kind: "valid", config };
}

/** Values that are sound by themselves and contradict each other or the built-in ones. */
function contradictionsOf(defaults: ControllerConfig["defaults"]): Problem[] {
  const resolution = resolveChecked({ chart: defaults });
  return resolution.kind === "invalid" ? [{ path: ["defaults"], message: resolution.message }] : [];
}

/** Times of an election that would not keep two from leading at once. */
function electionProblems({ leaderElection }: ControllerConfig): Problem[] {
  const message = timingProblem(leaderElection.timing);
  return message === undefined ? [] : [{ path: ["leaderElection"], message }];
}
