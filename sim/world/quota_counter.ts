/**
 * kube-controller-manager's part in quotas: it counts what is in use, a moment after it is.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import { RESOURCE_QUOTA } from "../../kube/resources.ts";
import { quotaUsage } from "../api_server/admission/resource_quota.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import type { Component } from "../component/component.ts";
import { objectAt, textAt } from "../component/read_json.ts";

const COUNTER_USER = "system:serviceaccount:kube-system:resourcequota-controller";

/** Creates a counter of what quotas say about claims. */
export function createQuotaCounter(server: ApiServer): Component {
  return {
    step(): void {
      for (const quota of server.all(RESOURCE_QUOTA)) {
        const used = quotaUsage(quota, server);
        if (used === undefined) continue;
        const status = { hard: objectAt(quota, "spec", "hard"), used };
        if (isDeepStrictEqual(objectAt(quota, "status"), status)) continue;
        const name = {
          namespace: textAt(quota, "metadata", "namespace") ?? "",
          name: textAt(quota, "metadata", "name") ?? "",
        };
        server.patch(RESOURCE_QUOTA, name, { type: "merge", body: { status } }, {
          user: COUNTER_USER,
          subresource: "status",
        });
      }
    },
  };
}
