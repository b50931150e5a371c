/**
 * Many CNPG clusters at the API server, with no file system behind their claims.
 *
 * @module
 */

import { createFetchApi, type FetchApi } from "../../kube/fetch_api.ts";
import { createLimiter, LANE_LIMITS } from "../../kube/limiter.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { mintAgentToken } from "../lab/agent_process.ts";
import { type ClusterSite, type LabInstance } from "../lab/fixture_model.ts";
import { createCluster } from "../lab/fixtures.ts";
import { type Lab } from "../lab/lab.ts";

/** Where all clusters are. */
export const NAMESPACE = "bench";
export const DATA_BYTES = 10 * 1024 ** 3;
export const WAL_BYTES = 4 * 1024 ** 3;
const INSTANCES = 3;
/** Clusters that are made at the same time. */
const PARALLEL = 8;

/** An instance whose agent can report. */
export interface BenchInstance extends LabInstance {
  readonly cluster: string;
  readonly token: string;
}

/** Makes clusters `pg-FROM` to `pg-TO`, each of three instances with data and WAL volumes. */
export async function createClusters(lab: Lab, from: number, to: number): Promise<BenchInstance[]> {
  using api = unhurried(lab);
  const names = Array.from({ length: to - from + 1 }, (_, index) => `pg-${from + index}`).values();
  const made: BenchInstance[] = [];
  async function work(): Promise<void> {
    for (const name of names) made.push(...await createOne(lab, api, name));
  }
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return made;
}

async function createOne(lab: Lab, api: FetchApi, name: string): Promise<BenchInstance[]> {
  const cluster = await createCluster({ api, volumes: WITHOUT_VOLUMES, directory: lab.directory }, {
    namespace: NAMESPACE,
    name,
    instances: INSTANCES,
    dataBytes: DATA_BYTES,
    walBytes: WAL_BYTES,
  });
  const made: BenchInstance[] = [];
  for (const instance of cluster.instances) {
    made.push({ ...instance, cluster: name, token: await mintAgentToken(lab, cluster, instance) });
  }
  return made;
}

/** Claims only look bound: what their file systems hold is what the agents say. */
const WITHOUT_VOLUMES: ClusterSite["volumes"] = {
  create: ({ path = "" }) =>
    Promise.resolve({ id: path, fileSystem: "xfs", image: "", device: "", path }),
};

/** The administrator's client without the product's limits on requests a second. */
function unhurried(lab: Lab): FetchApi & Disposable {
  const limits = { ...LANE_LIMITS.default, ratePerSecond: 1_000, burst: 1_000 };
  const api = createFetchApi(lab.controlPlane.admin, {
    clock: systemClock,
    random: Math.random,
    readTextFile: Deno.readTextFile,
    userAgent: "cnpg-storage-manager-bench",
    limiter: createLimiter({ clock: systemClock }, { ...LANE_LIMITS, default: limits }),
  });
  return { ...api, [Symbol.dispose]: () => api.close() };
}
