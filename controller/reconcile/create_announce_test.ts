import assert from "node:assert/strict";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { Announcement } from "../act/announce.ts";
import { CLUSTERS } from "../observe/resources.ts";
import { createAnnounce } from "./create_announce.ts";

Deno.test("createAnnounce() records an Event about the object, told apart by its note", () => {
  for (
    const [resource, apiVersion] of [
      [CLUSTERS, "postgresql.cnpg.io/v1"],
      [PERSISTENT_VOLUME_CLAIM, "v1"],
    ] as const
  ) {
    const recorded: unknown[] = [];
    const announcement: Announcement = {
      regarding: { resource, namespace: "shop", name: "orders", uid: "uid" },
      type: "Warning",
      reason: "AboveCritical",
      action: "Observe",
      note: "81 % used",
    };
    createAnnounce({ record: (notice) => void recorded.push(notice) })(announcement);
    assert.deepEqual(recorded, [{
      type: "Warning",
      reason: "AboveCritical",
      action: "Observe",
      note: "81 % used",
      regarding: { apiVersion, kind: resource.kind, namespace: "shop", name: "orders", uid: "uid" },
      dedupeValues: ["81 % used"],
    }]);
  }
});

Deno.test("createAnnounce() takes another wording about the same subject for a repetition", () => {
  const values: unknown[] = [];
  const announce = createAnnounce({
    record: ({ dedupeValues }) => void values.push(dedupeValues),
  });
  for (const note of ["81 % used", "82 % used"]) {
    announce({
      regarding: { resource: CLUSTERS, namespace: "shop", name: "orders", uid: "uid" },
      type: "Warning",
      reason: "AboveCritical",
      action: "Observe",
      note,
      subject: "orders-1/data",
    });
  }
  assert.deepEqual(values, [["orders-1/data"], ["orders-1/data"]]);
});
