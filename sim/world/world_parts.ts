/**
 * What the makers of clusters and volumes share.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import type { Instances } from "../kubelet/instances.ts";
import type { Volumes } from "../storage/volumes.ts";
import type { StorageClassSpec } from "./world.ts";

/** The books of a world. */
export interface WorldParts {
  readonly server: ApiServer;
  readonly clock: Pick<Clock, "now">;
  readonly volumes: Volumes;
  readonly instances: Instances;
  readonly classes: ReadonlyMap<string, StorageClassSpec>;
}

/** As whom users of the world talk to the API server. */
export const ADMINISTRATOR = "kubernetes-admin";
