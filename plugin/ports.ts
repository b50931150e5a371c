/**
 * What the plugin takes from the outside.
 *
 * @module
 */

import type { Clock } from "../kube/clock.ts";
import type { KubeApi } from "../kube/api.ts";
import type { ConnectionFlags } from "./connect/connection_flags.ts";

/** A client of the API server, and the namespace that is meant where none is named. */
export interface OpenedApi {
  readonly api: Pick<KubeApi, "get" | "list">;
  readonly namespace: string;
  close(): void;
}

/** The world around one command. */
export interface PluginPorts {
  /** Data, and nothing else. */
  writeOut(text: string): void;
  /** Everything said besides. */
  writeError(text: string): void;
  /** Whether the output may have colours. */
  readonly colour: boolean;
  readonly clock: Clock;
  /** Logs in; sends nothing to the API server yet. */
  openApi(flags: ConnectionFlags): Promise<OpenedApi>;
}
