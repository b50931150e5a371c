import assert from "node:assert/strict";
import fc from "fast-check";
import { POD } from "../../kube/resources.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import { createPostgres } from "../postgres/create_postgres.ts";
import { readClaimResize } from "../storage/claim_resize.ts";
import { createResizer } from "../storage/resizer.ts";
import { CLAIM, createClaimWorld, GIB } from "../storage/testing/claim_world.ts";
import { createPodServers } from "./pod_servers.ts";
import { createKubelet } from "./kubelet.ts";

const TROUBLE = fc.oneof(
  fc.constant({}),
  fc.constant({ failing: "Unavailable" }),
  fc.record({ infeasibleAboveBytes: fc.integer({ min: 10, max: 60 }).map((gib) => gib * GIB) }),
  fc.constant({ stuckAtNode: true }),
  fc.constant({ nodeInfeasible: "unsupported" }),
  fc.constant({ nodeFailing: "busy" }),
  fc.record({ controllerDelayMs: fc.integer({ min: 0, max: 60_000 }) }),
);

const MOVE = fc.record({
  requestGib: fc.option(fc.integer({ min: 11, max: 80 }), { nil: undefined }),
  trouble: fc.option(TROUBLE, { nil: undefined }),
  seconds: fc.integer({ min: 1, max: 400 }),
});

Deno.test("step() of resizer and kubelet comes to an end once all trouble is over", () => {
  fc.assert(
    fc.property(fc.array(MOVE, { maxLength: 6 }), (moves) => {
      const world = createClaimWorld();
      const volume = world.volumes.find(CLAIM);
      assert.ok(volume);
      const podServers = createPodServers();
      podServers.set(
        CLAIM,
        createPostgres({
          dataFileSystem: volume.fileSystem,
          isPrimary: true,
          createdAtMs: 0,
        }),
      );
      world.server.create(POD, {
        metadata: { name: CLAIM.name },
        spec: {
          nodeName: "n1",
          containers: [{ name: "postgres", image: "postgresql" }],
          volumes: [{ name: "pgdata", persistentVolumeClaim: { claimName: CLAIM.name } }],
        },
      }, { user: "tester", namespace: CLAIM.namespace });
      const parts = [
        createResizer(world),
        createKubelet({ ...world, podServers, random: () => 0.5 }),
      ];
      let second = 0;
      function run(seconds: number): void {
        for (const until = second + seconds; second < until; second += 1) {
          for (const part of parts) part.step(second * 1000);
        }
      }
      for (const { requestGib, trouble, seconds } of moves) {
        const { capacityBytes } = readClaimResize(world.claim());
        // Admission lets a request be lowered only as far as this.
        if (requestGib !== undefined && requestGib * GIB > capacityBytes) {
          world.request(`${requestGib}Gi`);
        }
        if (trouble !== undefined) world.volumes.setBehaviour(CLAIM, trouble);
        run(seconds);
      }
      world.volumes.setBehaviour(CLAIM, {});
      run(1_500);
      const resize = readClaimResize(world.claim());
      assert.equal(resize.status, undefined);
      assert.ok(resize.capacityBytes >= resize.requestBytes);
      assert.deepEqual(world.status().conditions, []);
      const disk = world.volumes.find(CLAIM);
      assert.equal(disk?.diskBytes, parseBytes(String(world.status().capacity)));
      assert.equal(disk?.fileSystem.deviceBytes, disk?.diskBytes);
    }),
    { numRuns: 40 },
  );
});
