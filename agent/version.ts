/**
 * The version that the agent reports.
 *
 * @module
 */

import project from "../deno.json" with { type: "json" };

/** Version of the project, from `deno.json`. */
export const AGENT_VERSION: string = project.version;
