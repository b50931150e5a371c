/**
 * What is kept of a Pod that runs PostgreSQL.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import { OPERATOR_LABELS } from "../../lib/policy/operator_names.ts";
import type { Millis } from "../../lib/units/millis.ts";
import {
  type ControllerReference,
  parseIdentity,
  readMetadata,
  type RecordMetadata,
} from "./metadata.ts";
import { instant, items, lenient } from "./tolerant.ts";

/** How the `postgres` container ended last. */
export interface ContainerExit {
  readonly code: number;
  /** On the clock of the pod's node. */
  readonly atMs: Millis;
}

/** A Pod as the view needs it. */
export interface PodRecord extends RecordMetadata {
  /** Value of `cnpg.io/cluster`. */
  readonly clusterName?: string | undefined;
  /** Instance name; the pod's own name where the label is missing, which it equals (`cnpg.md` §2.2). */
  readonly instance: string;
  /** Value of `cnpg.io/podRole`. */
  readonly podRole?: string | undefined;
  readonly controller?: ControllerReference | undefined;
  /** `status.phase`, as it stands. */
  readonly phase: string;
  readonly nodeName?: string | undefined;
  /** `status.podIP`. */
  readonly address?: string | undefined;
  /** Whether its metrics are served with TLS (`spec.monitoring.tls` of the Cluster when the pod was made). */
  readonly metricsTls: boolean;
  readonly claimNames: readonly string[];
  /**
   * Set while PostgreSQL is not up after an exit. A container that runs again without being ready counts as
   * not up, as it does for CNPG (`isWALSpaceAvailableOnPod`): in a crash loop it runs for moments only.
   */
  readonly postgresExit?: ContainerExit | undefined;
}

/** What an address is made of, of either family. */
const IP_ADDRESS = /^[0-9a-f.:]{2,45}$/i;

/** What CNPG starts an instance with that serves its metrics with TLS (`pkg/specs/pods.go`). */
const METRICS_TLS_FLAG = "--metrics-port-tls";

const terminatedSchema = z.object({ exitCode: z.number().int(), finishedAt: lenient(instant()) });

const stateSchema = z.object({ terminated: lenient(terminatedSchema) });

const containerSchema = z.object({
  name: z.string(),
  ready: lenient(z.boolean()),
  state: lenient(stateSchema),
  lastState: lenient(stateSchema),
});

const specSchema = z.object({
  nodeName: lenient(z.string().min(1)),
  containers: items(z.object({ name: z.string(), command: items(z.string()) })),
  volumes: items(z.object({ persistentVolumeClaim: z.object({ claimName: z.string() }) })),
});

const statusSchema = z.object({
  phase: lenient(z.string()),
  podIP: lenient(z.string().regex(IP_ADDRESS)),
  containerStatuses: items(containerSchema),
});

const podSchema = z.object({
  spec: specSchema.catch(() => specSchema.parse({})),
  status: statusSchema.catch(() => statusSchema.parse({})),
});

/** Name of the container that runs PostgreSQL (`cnpg.md` §3.1). */
const POSTGRES_CONTAINER = "postgres";

/**
 * Projects a Pod.
 *
 * @throws {TypeError} If the object's identity cannot be read; the message names the path.
 */
export function projectPod(object: JsonObject): PodRecord {
  const { record, labels, controller } = readMetadata("Pod", object);
  const { spec, status } = parseIdentity("Pod", podSchema, object);
  const postgres = status.containerStatuses.find(({ name }) => name === POSTGRES_CONTAINER);
  return {
    ...record,
    clusterName: labels[OPERATOR_LABELS.cluster],
    instance: labels[OPERATOR_LABELS.instanceName] ?? record.name,
    podRole: labels[OPERATOR_LABELS.podRole],
    controller,
    phase: status.phase ?? "Unknown",
    nodeName: spec.nodeName,
    address: status.podIP,
    metricsTls: spec.containers.some(({ name, command }) =>
      name === POSTGRES_CONTAINER && command.includes(METRICS_TLS_FLAG)
    ),
    claimNames: spec.volumes.map(({ persistentVolumeClaim }) => persistentVolumeClaim.claimName),
    postgresExit: postgres && exitOf(postgres),
  };
}

function exitOf(container: z.output<typeof containerSchema>): ContainerExit | undefined {
  if (container.ready === true) return undefined;
  const terminated = container.state?.terminated ?? container.lastState?.terminated;
  if (terminated?.finishedAt === undefined) return undefined;
  return { code: terminated.exitCode, atMs: terminated.finishedAt };
}
