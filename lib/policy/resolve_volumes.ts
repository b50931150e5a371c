/**
 * Inheritance of what volumes are judged by and grow by: the general settings, and those of each role.
 *
 * @module
 */

import { type Bytes, bytes, GIBIBYTE } from "../units/bytes.ts";
import { millis, MINUTE } from "../units/millis.ts";
import { percent } from "../units/percent.ts";
import { parseBytes } from "../units/quantity.ts";
import { BUILT_IN_DEFAULTS, type BuiltInDefaults } from "./defaults.ts";
import { readDuration } from "./duration_schema.ts";
import type { LayerReader } from "./layers.ts";
import type {
  ExpansionSettings,
  ExpansionTier,
  PolicySettings,
  RoleSettings,
  ThresholdSettings,
} from "./resolved.ts";
import type { RoleKind } from "./roles_spec.ts";

/** Sections as they are written, but total; what need not be set may be undefined. */
type ThresholdFields = BuiltInDefaults["thresholds"] & {
  readonly minFree: string | undefined;
  readonly timeToFull: string | undefined;
};
type ExpansionFields = BuiltInDefaults["expansion"] & { readonly maxSize: string | undefined };

/**
 * Resolves the general settings and those of every role. What a role says for itself in any layer goes before
 * what any layer says in general.
 */
export function resolveVolumes(
  reader: LayerReader,
): Pick<PolicySettings, "thresholds" | "expansion" | "roles"> {
  const thresholds: ThresholdFields = {
    ...reader.section("thresholds", (spec) => spec.thresholds, BUILT_IN_DEFAULTS.thresholds),
    minFree: reader.optional("thresholds.minFree", (spec) => spec.thresholds?.minFree),
    timeToFull: reader.optional("thresholds.timeToFull", (spec) => spec.thresholds?.timeToFull),
  };
  const expansion: ExpansionFields = {
    ...reader.section("expansion", (spec) => spec.expansion, BUILT_IN_DEFAULTS.expansion),
    maxSize: reader.optional("expansion.maxSize", (spec) => spec.expansion?.maxSize),
  };

  function settingsOf(kind: RoleKind): RoleSettings {
    const path = `roles.${kind}`;
    return {
      thresholds: thresholdSettings(
        reader.overrides(
          `${path}.thresholds`,
          (spec) => spec.roles?.[kind]?.thresholds,
          thresholds,
        ),
      ),
      expansion: expansionSettings(
        reader.overrides(`${path}.expansion`, (spec) => spec.roles?.[kind]?.expansion, expansion),
      ),
    };
  }

  return {
    thresholds: thresholdSettings(thresholds),
    expansion: expansionSettings(expansion),
    roles: {
      data: settingsOf("data"),
      wal: settingsOf("wal"),
      tablespaces: settingsOf("tablespaces"),
    },
  };
}

function thresholdSettings(fields: ThresholdFields): ThresholdSettings {
  return {
    warning: percent(fields.warning),
    critical: percent(fields.critical),
    expansion: percent(fields.expansion),
    emergency: percent(fields.emergency),
    minFreeBytes: optionalBytes(fields.minFree),
    timeToFullMs: fields.timeToFull === undefined ? undefined : readDuration(fields.timeToFull),
    inodes: percent(fields.inodes),
  };
}

function expansionSettings(fields: ExpansionFields): ExpansionSettings {
  return {
    enabled: fields.enabled,
    percentage: percent(fields.percentage),
    minIncrementBytes: bytes(fields.minIncrementGi * GIBIBYTE),
    maxSizeBytes: optionalBytes(fields.maxSize),
    cooldownMs: millis(fields.cooldownMinutes * MINUTE),
    writeBack: fields.writeBack,
    parallelism: fields.parallelism,
    tiers: fields.tiers.map(tierOf).sort((first, second) => first.upToBytes - second.upToBytes),
  };
}

function tierOf(tier: { readonly upTo: string; readonly percentage: number }): ExpansionTier {
  return { upToBytes: parseBytes(tier.upTo), percentage: percent(tier.percentage) };
}

function optionalBytes(text: string | undefined): Bytes | undefined {
  return text === undefined ? undefined : parseBytes(text);
}
