/**
 * Reads settings through layers and remembers which layer each came from.
 *
 * @module
 */

import type { InheritableSpec } from "./policy_spec.ts";
import type { Origin } from "./resolved.ts";

/** One layer of inheritance. */
export interface Layer {
  readonly origin: Origin;
  readonly spec: InheritableSpec;
}

/** Takes one field out of a layer; undefined where the layer does not set it. */
export type FieldOf<Value> = (spec: InheritableSpec) => Value | undefined;

/** Takes a section out of a layer, with any of its fields absent. */
export type SectionOf<Fields> = (
  spec: InheritableSpec,
) => { readonly [Name in keyof Fields]?: Fields[Name] | undefined } | undefined;

/** Reads settings; the first layer that sets a field decides it. Paths are those of a StoragePolicy's spec. */
export interface LayerReader {
  /** A field that nobody need set; it has an origin only where somebody did. */
  optional<Value>(path: string, field: FieldOf<Value>): Value | undefined;
  /** A field that has a built-in value. */
  required<Value>(path: string, field: FieldOf<Value>, builtIn: Value): Value;
  /** Every field of a section for which there is a built-in value, each by itself. */
  section<Fields extends object>(
    path: string,
    section: SectionOf<Fields>,
    builtIn: Fields,
  ): Fields;
  /** Fields that go before others of the same name where somebody sets them, and have an origin only then. */
  overrides<Fields extends object>(
    path: string,
    section: SectionOf<Fields>,
    otherwise: Fields,
  ): Fields;
  /** Origin of every field that was read, keyed by path. */
  origins(): Readonly<Record<string, Origin>>;
}

/** Makes a reader of layers, most specific first. */
export function readLayers(layers: readonly Layer[]): LayerReader {
  const origins: Record<string, Origin> = {};

  function optional<Value>(path: string, field: FieldOf<Value>): Value | undefined {
    for (const layer of layers) {
      const value = field(layer.spec);
      if (value === undefined) continue;
      origins[path] = layer.origin;
      return value;
    }
    return undefined;
  }

  function required<Value>(path: string, field: FieldOf<Value>, builtIn: Value): Value {
    const value = optional(path, field);
    if (value !== undefined) return value;
    origins[path] = { kind: "built-in" };
    return builtIn;
  }

  function section<Fields extends object>(
    path: string,
    section: SectionOf<Fields>,
    builtIn: Fields,
  ): Fields {
    const fields = { ...builtIn };
    for (const name in builtIn) {
      fields[name] = required<Fields[typeof name]>(
        `${path}.${name}`,
        (spec) => section(spec)?.[name],
        builtIn[name],
      );
    }
    return fields;
  }

  function overrides<Fields extends object>(
    path: string,
    section: SectionOf<Fields>,
    otherwise: Fields,
  ): Fields {
    const fields = { ...otherwise };
    for (const name in otherwise) {
      const value = optional<Fields[typeof name]>(
        `${path}.${name}`,
        (spec) => section(spec)?.[name],
      );
      if (value !== undefined) fields[name] = value;
    }
    return fields;
  }

  return { optional, required, section, overrides, origins: () => origins };
}
