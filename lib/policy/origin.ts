/**
 * Origins in words.
 *
 * @module
 */

import type { Origin } from "./resolved.ts";

/** An origin in words: `policy production`, `the chart's defaults`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "policy":
      return `policy ${origin.name}`;
    case "namespace-default":
      return `namespace default ${origin.name}`;
    case "chart":
      return "the chart's defaults";
    case "built-in":
      return "the built-in defaults";
  }
}
