/**
 * What is wrong with settings that are sound one by one.
 *
 * @module
 */

import { formatQuantity } from "../units/quantity.ts";
import { describeOrigin } from "./origin.ts";
import type { ResolvedPolicy, RoleSettings } from "./resolved.ts";
import { ROLE_KINDS } from "./roles_spec.ts";
import { THRESHOLDS_IN_ORDER } from "./thresholds_spec.ts";

/** Settings as one part of a policy leaves them. */
interface Part {
  readonly settings: RoleSettings;
  /** Where the part stands in the spec: empty, or `roles.wal.`. */
  readonly prefix: string;
}

/**
 * The first contradiction among resolved settings, as a sentence that names both values with their origins. Each
 * role is looked at besides the general settings, because its thresholds may come from either.
 */
export function contradictionOf(policy: ResolvedPolicy): string | undefined {
  const { settings } = policy;
  const parts: readonly Part[] = [
    { settings, prefix: "" },
    ...ROLE_KINDS.map((kind) => ({ settings: settings.roles[kind], prefix: `roles.${kind}.` })),
  ];
  for (const part of parts) {
    const message = thresholdContradiction(part, policy) ?? tierContradiction(part, policy);
    if (message !== undefined) return message;
  }
  return undefined;
}

/** Equal thresholds are sound: of two levels that begin together, the more pressing one counts. */
function thresholdContradiction(part: Part, policy: ResolvedPolicy): string | undefined {
  const { thresholds } = part.settings;
  for (const [index, upper] of THRESHOLDS_IN_ORDER.entries()) {
    const lower = THRESHOLDS_IN_ORDER[index - 1];
    if (lower === undefined || thresholds[lower] <= thresholds[upper]) continue;
    return `Cannot order the thresholds: expected ${lower} not above ${upper}, found ` +
      `${withOrigin(`thresholds.${lower}`, thresholds[lower], part, policy)} and ` +
      `${withOrigin(`thresholds.${upper}`, thresholds[upper], part, policy)}`;
  }
  return undefined;
}

function withOrigin(field: string, value: number, part: Part, policy: ResolvedPolicy): string {
  const path = pathOf(field, part, policy);
  const origin = policy.origins[path];
  return origin === undefined ? `${path} ${value}` : `${path} ${value} (${describeOrigin(origin)})`;
}

/** Where the value of a part's field stands: with the role, where it is set there. */
function pathOf(field: string, { prefix }: Part, { origins }: ResolvedPolicy): string {
  return origins[`${prefix}${field}`] === undefined ? field : `${prefix}${field}`;
}

function tierContradiction(part: Part, policy: ResolvedPolicy): string | undefined {
  const { tiers } = part.settings.expansion;
  const repeated = tiers.find((tier, index) => tier.upToBytes === tiers[index - 1]?.upToBytes);
  return repeated === undefined
    ? undefined
    : `Cannot order ${pathOf("expansion.tiers", part, policy)}: expected every upTo once, found ` +
      `${formatQuantity(repeated.upToBytes)} twice`;
}
