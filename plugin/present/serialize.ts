/**
 * Documents as text.
 *
 * @module
 */

import type { OutputForm } from "../request.ts";

/** The document in JSON or YAML; undefined for the forms that are no documents. */
export async function serialize(document: object, form: OutputForm): Promise<string | undefined> {
  switch (form) {
    case "json":
      return `${JSON.stringify(document, undefined, 2)}\n`;
    case "yaml": {
      // Most commands do not need it: it is loaded by those that do.
      const { stringify } = await import("yaml");
      return stringify(document);
    }
    case "table":
    case "wide":
    case "name":
      return undefined;
  }
}
