/**
 * The version that `kubectl cnpg-storage version` prints.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };

/** Version of the project, from `deno.json`. */
export const PLUGIN_VERSION: string = manifest.version;
