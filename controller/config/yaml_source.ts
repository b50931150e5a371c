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

/** A configuration with every field has less than 8 KiB. */
const TEXT_LENGTH_MAX = 1_048_576;

/** Parses YAML 1.2. */
export function parseYaml(text: string): ParsedYaml {
  if (text.length > TEXT_LENGTH_MAX) {
    const message = `expected at most ${TEXT_LENGTH_MAX} characters, found ${text.length}`;
    return { kind: "malformed", messages: [message] };
  }
  try {
    return parseText(text);
  } catch (error) {
    // Aliases that multiply, or a nesting deeper than any stack.
    if (!(error instanceof Error)) throw error;
    return { kind: "malformed", messages: [error.message] };
  }
}

function parseText(text: string): ParsedYaml {
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
