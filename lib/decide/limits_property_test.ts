// Goal: whatever limits claims besides the policy, nothing is begun that is certain to be refused.

import assert from "node:assert/strict";
import fc from "fast-check";
import { anyView } from "../testing/arbitraries.ts";
import { policy } from "../testing/builders.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import { decide } from "./decide.ts";

interface Opened {
  readonly toBytes: number;
  readonly limitBytes: number;
  readonly canaries: readonly Volume[];
}

/** The sizes of the expansions that are opened, with the volumes that bear the canary's name. */
function openedIn(seen: ClusterView): Opened[] {
  return decide(seen, { defaults: policy() }).actions.flatMap((action): Opened[] => {
    if (action.kind !== "open-event" || action.draft.expansion === undefined) return [];
    const { requestedBytes, limitBytes, canaryClaimName, role } = action.draft.expansion;
    const canaries = seen.volumes.filter((volume) =>
      volume.role === role && volume.claim.name === canaryClaimName
    );
    return [{ toBytes: requestedBytes, limitBytes, canaries }];
  });
}

Deno.test("decide() opens nothing above a LimitRange, nor sets a limit above one", () => {
  fc.assert(
    fc.property(anyView, (seen) => {
      const maxima = (seen.storageLimits?.claimSizeLimits ?? []).map(({ maxBytes }) => maxBytes);
      for (const { toBytes, limitBytes } of openedIn(seen)) {
        assert.ok(toBytes <= Math.min(...maxima));
        assert.ok(limitBytes <= Math.min(...maxima));
        assert.ok(toBytes <= limitBytes);
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("decide() opens nothing whose first volume exceeds a quota or the storage of its class", () => {
  fc.assert(
    fc.property(anyView, (seen) => {
      const { quotas = [], classCapacities = [] } = seen.storageLimits ?? {};
      for (const { toBytes, canaries } of openedIn(seen)) {
        const fits = canaries.some(({ claim, storageClass }) => {
          const added = Math.max(toBytes - claim.requestBytes, 0);
          const missing = toBytes - Math.max(claim.capacityBytes ?? 0, claim.requestBytes);
          return quotas.every((quota) =>
            (quota.storageClass ?? storageClass.name) !== storageClass.name || added === 0 ||
            quota.usedBytes + added <= quota.hardBytes
          ) && (missing <= 0 || missing <= (classCapacities.find((capacity) =>
                capacity.storageClass === storageClass.name
              )?.availableBytes ?? Infinity));
        });
        assert.ok(fits);
      }
    }),
    { numRuns: 2_000 },
  );
});
