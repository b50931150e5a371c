/**
 * A server with a bound claim and its disk, for tests of who makes it grow.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../../kube/api.ts";
import { NAMESPACE, PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import { createFakeClock } from "../../../kube/testing/fake_clock.ts";
import type { Admission, ApiServer } from "../../api_server/api_server.ts";
import { createApiServer } from "../../api_server/create_api_server.ts";
import { builtinResources } from "../../api_server/served_resources.ts";
import { valueAt } from "../../component/read_json.ts";
import { createSeededRandom } from "../../random/seeded_random.ts";
import { createFileSystem } from "../create_file_system.ts";
import { type ClaimName, createVolumes, type Volumes } from "../volumes.ts";

/** The claim of every such world: 10Gi. */
export const CLAIM: ClaimName = { namespace: "db", name: "pg-1" };
/** Its size, and a unit for others. */
export const GIB = 1024 ** 3;

const USER = { user: "tester" } as const;

/** A world of one claim. */
export interface ClaimWorld {
  readonly server: ApiServer;
  readonly volumes: Volumes;
  /** A user asks for another size. */
  request(size: string): void;
  /** What the claim's status says of its size and its resize. */
  status(): {
    readonly capacity: unknown;
    readonly allocated: unknown;
    readonly resize: unknown;
    readonly conditions: readonly unknown[];
  };
  claim(): JsonObject;
}

/** Creates the world; nobody acts in it yet. */
export function createClaimWorld(admissions: readonly Admission[] = []): ClaimWorld {
  const server = createApiServer({
    resources: builtinResources(),
    admissions,
    clock: createFakeClock(),
    random: createSeededRandom(1),
  });
  const volumes = createVolumes();
  server.create(NAMESPACE, { metadata: { name: CLAIM.namespace } }, USER);
  server.create(PERSISTENT_VOLUME, {
    metadata: { name: "pv-1" },
    spec: { capacity: { storage: "10Gi" } },
  }, USER);
  server.create(PERSISTENT_VOLUME_CLAIM, {
    metadata: { name: CLAIM.name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "10Gi" } },
      volumeName: "pv-1",
    },
  }, { ...USER, namespace: CLAIM.namespace });
  patchStatus(server, { phase: "Bound", capacity: { storage: "10Gi" } });
  volumes.add({
    claim: CLAIM,
    role: "data",
    storageClassName: "fast",
    diskBytes: 10 * GIB,
    fileSystem: createFileSystem({ deviceBytes: 10 * GIB }),
  });
  function claim(): JsonObject {
    return server.get(PERSISTENT_VOLUME_CLAIM, CLAIM, USER);
  }
  return {
    server,
    volumes,
    request(size): void {
      const body = { spec: { resources: { requests: { storage: size } } } };
      server.patch(PERSISTENT_VOLUME_CLAIM, CLAIM, { type: "merge", body }, USER);
    },
    claim,
    status: () => statusOf(claim()),
  };
}

function patchStatus(server: ApiServer, status: JsonObject): void {
  server.patch(PERSISTENT_VOLUME_CLAIM, CLAIM, { type: "merge", body: { status } }, {
    ...USER,
    subresource: "status",
  });
}

function statusOf(claim: JsonObject): ReturnType<ClaimWorld["status"]> {
  const conditions = valueAt(claim, "status", "conditions");
  return {
    capacity: valueAt(claim, "status", "capacity", "storage"),
    allocated: valueAt(claim, "status", "allocatedResources", "storage"),
    resize: valueAt(claim, "status", "allocatedResourceStatuses", "storage"),
    conditions: Array.isArray(conditions) ? conditions.map(({ type }) => type) : [],
  };
}

/** Holds the claim to be at the end of a resize to 15Gi: status, disk and file system. */
export function assertGrownTo15Gi(world: ClaimWorld): void {
  assert.deepEqual(world.status(), {
    capacity: "15Gi",
    allocated: "15Gi",
    resize: undefined,
    conditions: [],
  });
  assert.equal(world.volumes.find(CLAIM)?.fileSystem.deviceBytes, 15 * GIB);
}
