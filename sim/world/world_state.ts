/**
 * What all components of a world look at.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import type { PodServers } from "../kubelet/pod_servers.ts";
import type { Volumes } from "../storage/volumes.ts";
import type { StorageClassSpec } from "./world.ts";

/** The server, and what lies outside of it: disks, the servers in pods, drivers. */
export interface WorldState {
  readonly server: ApiServer;
  readonly clock: Pick<Clock, "now">;
  readonly volumes: Volumes;
  readonly podServers: PodServers;
  readonly classes: ReadonlyMap<string, StorageClassSpec>;
}
