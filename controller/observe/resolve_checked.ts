/**
 * Inheritance, and what only a calendar finds wrong with its result.
 *
 * @module
 */

import { describeOrigin } from "../../lib/policy/origin.ts";
import { type PolicyLayers, type Resolution, resolvePolicy } from "../../lib/policy/resolve.ts";
import { windowProblem } from "./maintenance_windows.ts";

/** Resolves the layers of a cluster; maintenance windows that never open make the policy invalid, too. */
export function resolveChecked(layers: PolicyLayers): Resolution {
  const resolution = resolvePolicy(layers);
  if (resolution.kind === "invalid") return resolution;
  const { settings, origins } = resolution.policy;
  const problem = windowProblem(settings.maintenanceWindows);
  if (problem === undefined) return resolution;
  const origin = origins["maintenanceWindows"];
  const suffix = origin === undefined ? "" : ` (${describeOrigin(origin)})`;
  return { kind: "invalid", message: `${problem}${suffix}` };
}
