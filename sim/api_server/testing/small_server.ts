/**
 * A server with a few kinds, for tests of its own.
 *
 * @module
 */

import type { Resource } from "../../../kube/api.ts";
import { LEASE, NAMESPACE, POD, SERVICE_ACCOUNT, TOKEN_REVIEW } from "../../../kube/resources.ts";
import { createFakeClock, type FakeClock } from "../../../kube/testing/fake_clock.ts";
import { createSeededRandom } from "../../random/seeded_random.ts";
import type { Admission, ApiServer, ServedResource } from "../api_server.ts";
import { createApiServer } from "../create_api_server.ts";

/** A kind with a status subresource and generations. */
export const WIDGET: Resource = {
  group: "example.org",
  version: "v1",
  kind: "Widget",
  plural: "widgets",
  namespaced: true,
};

/** Who asks, where it does not matter. */
export const TESTER = { user: "tester" } as const;

/** A server and its time. */
export interface SmallServer {
  readonly server: ApiServer;
  readonly clock: FakeClock;
}

/** Serves `resource` without validation. */
export function serving(resource: Resource, options: Partial<ServedResource> = {}): ServedResource {
  return {
    resource,
    singular: resource.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    hasStatus: false,
    countsGenerations: false,
    printerColumns: [],
    ...options,
  };
}

/** Creates a server with the namespaces `a` and `b`. */
export function createSmallServer(
  widget: Partial<ServedResource> = {},
  admissions: readonly Admission[] = [],
): SmallServer {
  const clock = createFakeClock();
  const server = createApiServer({
    resources: [
      serving(NAMESPACE),
      serving(POD, { hasStatus: true }),
      serving(LEASE),
      serving(SERVICE_ACCOUNT),
      serving(TOKEN_REVIEW),
      serving(WIDGET, { hasStatus: true, countsGenerations: true, ...widget }),
    ],
    admissions,
    clock,
    random: createSeededRandom(1),
  });
  for (const name of ["a", "b"]) server.create(NAMESPACE, { metadata: { name } }, TESTER);
  return { server, clock };
}
