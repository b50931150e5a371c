/**
 * The version of the controller.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };

/** As the project's manifest says it. */
export const VERSION: string = manifest.version;
