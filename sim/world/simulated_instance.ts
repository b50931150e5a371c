/**
 * One instance of a simulated cluster.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { POD, SERVICE_ACCOUNT } from "../../kube/resources.ts";
import type { Role } from "../../lib/view/role.ts";
import { ADMINISTRATOR } from "../api_server/administrator.ts";
import { textAt } from "../component/read_json.ts";
import { claimName, mountPath } from "../operator/instance_objects.ts";
import type { Postgres } from "../postgres/postgres.ts";
import type { Volume, Volumes } from "../storage/volumes.ts";
import { createTokenFile } from "./agent_token.ts";
import type { SimulatedInstance, SimulatedVolume } from "./world.ts";
import type { WorldState } from "./world_state.ts";

/** What an instance is made of; its disks exist. */
export interface InstanceParts {
  readonly namespace: string;
  readonly cluster: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly postgres: Postgres;
}

/** Gives an instance its face. */
export function createInstance(world: WorldState, made: InstanceParts): SimulatedInstance {
  const { namespace, cluster, name, postgres } = made;
  const tokenFile = createTokenFile(world.server);
  function podUid(): string | undefined {
    const pod = world.server.find(POD, { namespace, name });
    return pod && textAt(pod, "metadata", "uid");
  }
  return {
    namespace,
    cluster,
    name,
    postgres,
    podUid,
    volumes: made.roles.map((role) => createVolume(world.volumes, namespace, name, role)),
    agentToken(nowMs): string {
      const uid = podUid();
      if (uid === undefined) {
        throw new Error(
          `Cannot give a token to the agent of ${namespace}/${name}: expected a pod, found none`,
        );
      }
      const serviceAccount = { name: cluster, uid: accountUid(world, namespace, cluster) };
      return tokenFile({ namespace, serviceAccount, pod: { name, uid } }, nowMs);
    },
    replacePod(): void {
      world.server.delete(POD, { namespace, name }, { user: ADMINISTRATOR });
    },
  };
}

/** The pods of a cluster run as an account of its name. */
function accountUid({ server }: WorldState, namespace: string, name: string): string {
  const account: JsonObject = server.find(SERVICE_ACCOUNT, { namespace, name }) ?? {};
  return textAt(account, "metadata", "uid") ?? "";
}

/** @throws {RangeError} If there is no disk for the instance's claim of the role. */
function createVolume(
  volumes: Volumes,
  namespace: string,
  instance: string,
  role: Role,
): SimulatedVolume {
  const claim = { namespace, name: claimName(instance, role) };
  function volume(): Volume {
    const found = volumes.find(claim);
    if (found !== undefined) return found;
    throw new RangeError(
      `Cannot find a volume: expected one of claim ${namespace}/${claim.name}, found none`,
    );
  }
  const { fileSystem } = volume();
  return {
    role,
    mountPath: mountPath(role),
    claimName: claim.name,
    fileSystem,
    volume,
    setBehaviour: (behaviour) => volumes.setBehaviour(claim, behaviour),
    fillTo(availableBytes): void {
      const excessBytes = fileSystem.availableBytes - availableBytes;
      if (excessBytes > 0) fileSystem.allocate(excessBytes);
    },
  };
}
