/**
 * Wires `agent explain` to this machine.
 *
 * Adapter: reads `POD_NAME`.
 *
 * @module
 */

import { systemClock } from "../kube/system_clock.ts";
import { explain, type ExplainResult } from "./explain.ts";
import { statfsProbe } from "./statfs_probe.ts";
import { denoWalFiles } from "./wal/deno_wal_files.ts";
import { createLocalOperator } from "./wal/local_operator.ts";
import { createPostgresDatabase } from "./wal/postgres_database.ts";

/** The database that every server has. */
const DATABASE = "postgres";

/** Explains as the arguments after `explain` ask. */
export function explainHere(args: readonly string[]): Promise<ExplainResult> {
  return explain(args, {
    clock: systemClock,
    files: denoWalFiles,
    probe: statfsProbe,
    openDatabase: (place) => createPostgresDatabase({ ...place, database: DATABASE }),
    openOperator: createLocalOperator,
    podName: Deno.env.get("POD_NAME"),
  });
}
