// The lowest of all bounds on a size, and whose it is.

import assert from "node:assert/strict";
import fc from "fast-check";
import { gibibytes, volume } from "../testing/builders.ts";
import type { StorageLimits } from "../view/cluster.ts";
import { aboveCeiling, ceilingOf } from "./ceiling.ts";

const AZURE = volume({
  storageClass: {
    kind: "known",
    name: "managed",
    provisioner: "disk.csi.azure.com",
    allowVolumeExpansion: true,
  },
});
const EBS = volume({
  storageClass: {
    kind: "known",
    name: "gp3",
    provisioner: "ebs.csi.aws.com",
    allowVolumeExpansion: true,
  },
});

function ranges(...sizes: number[]): StorageLimits {
  const claimSizeLimits = sizes.map((size, index) => ({
    name: `range-${index}`,
    maxBytes: gibibytes(size),
  }));
  return { quotas: [], classCapacities: [], claimSizeLimits };
}

Deno.test("ceilingOf() is the policy's limit where nothing is lower", () => {
  for (const limits of [undefined, ranges(), ranges(100), ranges(200, 100)]) {
    const ceiling = ceilingOf(volume(), gibibytes(100), limits);
    assert.equal(ceiling.limitBytes, gibibytes(100));
    assert.equal(ceiling.reason, "MaxSizeReached");
  }
});

Deno.test("ceilingOf() names who sets the lowest bound", () => {
  const cases = [
    [volume(), 100, ranges(50, 40), 40, "LimitRangeExceeded", /LimitRange range-1 .* 40 GiB/],
    [AZURE, 9_000, undefined, 4_095, "DetachNeeded", /disk\.csi\.azure\.com .* no pod uses it/],
    [AZURE, 9_000, ranges(40), 40, "LimitRangeExceeded", /range-0/],
    [EBS, 100_000, undefined, 65_536, "ProviderMaximum", /ebs\.csi\.aws\.com .* 64 TiB/],
  ] as const;
  for (const [of, policyGib, limits, expectedGib, reason, source] of cases) {
    const ceiling = ceilingOf(of, gibibytes(policyGib), limits);
    assert.equal(ceiling.limitBytes, gibibytes(expectedGib));
    assert.equal(ceiling.reason, reason);
    assert.match(ceiling.source, source);
  }
});

Deno.test("ceilingOf() is never above any bound", () => {
  const sizes = fc.integer({ min: 1, max: 70_000 });
  fc.assert(fc.property(sizes, fc.array(sizes), (policyGib, rangesGib) => {
    const ceiling = ceilingOf(AZURE, gibibytes(policyGib), ranges(...rangesGib));
    const lowest = gibibytes(Math.min(policyGib, 4_095, ...rangesGib));
    assert.equal(ceiling.limitBytes, lowest);
    assert.equal(aboveCeiling(ceiling, lowest), undefined);
    assert.equal(aboveCeiling(ceiling, gibibytes(70_001))?.reason, ceiling.reason);
  }));
});
