/**
 * A YAML file that knows in which line its values stand.
 *
 * @module
 */

import { type Document, isMap, isNode, isSeq, LineCounter, type Node, parseDocument } from "yaml";

import type { Path } from "./problem.ts";

/** A file that could be parsed. */
export interface YamlSource {
  /** Undefined for an empty file. */
  readonly value: unknown;
  /** Line of the value or key at a path, or of the closest thing around it. */
  lineOf(path: Path): number;
}

/** A file, or the syntax errors in it. */
export type ParsedYaml =
  | { readonly kind: "parsed"; readonly source: YamlSource }
  | { readonly kind: "malformed"; readonly messages: readonly string[] };

/** Parses YAML 1.2. */
export function parseYaml(text: string): ParsedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const troubles = [...document.errors, ...document.warnings];
  if (troubles.length > 0) {
    return {
      kind: "malformed",
      messages: troubles.map(({ message, pos }) =>
        `line ${lineCounter.linePos(pos[0]).line}: ${message}`
      ),
    };
  }
  return {
    kind: "parsed",
    source: {
      value: document.toJS() ?? undefined,
      lineOf: (path) => lineCounter.linePos(offsetOf(document, path)).line,
    },
  };
}

function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(document.contents) ?? 0;
  for (const key of path) {
    const entry = entryOf(node, key);
    if (entry === undefined) return offset;
    offset = startOf(entry.at) ?? offset;
    node = entry.value;
  }
  return offset;
}

/** What stands for a key: the key itself in a map, the item in a list. */
function entryOf(node: unknown, key: PropertyKey): { at: unknown; value: unknown } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return { at: item, value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => String(item.key) === String(key));
  return pair && { at: pair.key, value: pair.value };
}

function startOf(node: unknown): number | undefined {
  const found: Node | undefined = isNode(node) ? node : undefined;
  return found?.range?.[0];
}
