/**
 * Objects as a `meta/v1.Table`, which is what `kubectl get` prints.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import type { PrinterColumn, ServedResource } from "../api_server.ts";
import { builtinColumns } from "./builtin_columns.ts";
import type { Column } from "./column.ts";
import { ageText } from "./human_duration.ts";
import { type JsonPath, parseJsonPath } from "./json_path.ts";
import { metadataOnly } from "./metadata_only.ts";

/** How much of the object accompanies its row. */
export type IncludeObject = "Metadata" | "Object" | "None";

/** How a table is made. */
export interface TableOptions {
  readonly nowMs: number;
  readonly includeObject: IncludeObject;
  /** Later events of a watch leave the columns out. @default {true} */
  readonly withColumns?: boolean | undefined;
}

/** What a CustomResourceDefinition that names no columns gets, besides the name. */
const AGE: PrinterColumn = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  priority: 0,
};

/** The columns of a kind, the name first. */
export function columnsOf({ resource, printerColumns }: ServedResource): readonly Column[] {
  const declared = printerColumns.length > 0
    ? printerColumns.map(columnOf)
    : builtinColumns(resource) ?? [columnOf(AGE)];
  return [nameColumn(), ...declared];
}

/** Makes a table of a list or of a single object. */
export function tableOf(
  columns: readonly Column[],
  objects: readonly JsonObject[],
  metadata: JsonObject,
  options: TableOptions,
): JsonObject {
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: options.withColumns === false ? [] : columns.map(definitionOf),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, options.nowMs)),
      ...rowObject(object, options.includeObject),
    })),
  };
}

function rowObject(object: JsonObject, include: IncludeObject): JsonObject {
  switch (include) {
    case "Object":
      return { object };
    case "Metadata":
      return { object: metadataOnly(object) };
    case "None":
      return {};
  }
}

function definitionOf({ name, type, format, description, priority }: Column): JsonObject {
  return { name, type, format, description, priority };
}

function nameColumn(): Column {
  return {
    name: "Name",
    type: "string",
    format: "name",
    description: "Name must be unique within a namespace.",
    priority: 0,
    cell(object): string {
      const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
      return String(metadata["name"] ?? "");
    },
  };
}

/** A column as a CustomResourceDefinition declares it. */
function columnOf({ name, type, jsonPath, priority }: PrinterColumn): Column {
  const path = parseJsonPath(jsonPath);
  return {
    name,
    type,
    format: "",
    description: `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
    cell: (object, nowMs) => cellOf(type, path, object, nowMs),
  };
}

/** Only the first result counts, and only if it is of the column's type (apiextensions `tableconvertor.go`). */
function cellOf(
  type: string,
  path: JsonPath,
  object: JsonObject,
  nowMs: number,
): string | number | boolean | null {
  const value = path(object)[0];
  if (value === undefined || value === null) return null;
  switch (type) {
    case "string":
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return ageText(value, nowMs) ?? null;
    default:
      return null;
  }
}
