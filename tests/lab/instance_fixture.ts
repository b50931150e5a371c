/**
 * One instance of a CNPG cluster: its claims with their volumes, and its pod, running and ready.
 *
 * @module
 */

import { type JsonObject } from "../../kube/api.ts";
import { POD } from "../../kube/resources.ts";
import { textAt } from "./claim.ts";
import { createClaim } from "./claim_fixture.ts";
import {
  type ClusterSite,
  instanceMetadata,
  instanceName,
  type InstanceOptions,
  type LabClaim,
  type LabInstance,
  MOUNT_PATHS,
  type OwnedBy,
} from "./fixture_model.ts";

/** There is no scheduler and no such Node: the name is what a pod of a running cluster would show. */
const NODE_NAME = "lab-node";
const POSTGRES_IMAGE = "ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie";

/** Makes an instance, volumes first. */
export async function createInstance(
  site: ClusterSite,
  owner: OwnedBy,
  options: InstanceOptions,
): Promise<LabInstance> {
  const { namespace } = owner;
  const name = instanceName(owner, options.serial);
  const root = `${site.directory}/instances/${namespace}-${name}`;
  const claims = [
    await createClaim(site, owner, options, { root, role: "data", sizeBytes: options.dataBytes }),
  ];
  if (options.walBytes !== undefined) {
    const sizeBytes = options.walBytes;
    claims.push(await createClaim(site, owner, options, { root, role: "wal", sizeBytes }));
  }
  const pod = await site.api.create(POD, instancePod(owner, options, claims), { namespace });
  await site.api.patch(POD, { namespace, name }, {
    type: "merge",
    body: { status: runningStatus(options) },
  }, { subresource: "status" });
  for (const claim of claims) site.resizer?.attach(claim, claim.volume, name);
  return { name, podUid: textAt(pod, "metadata", "uid"), root, claims };
}

function instancePod(
  owner: OwnedBy,
  options: InstanceOptions,
  claims: readonly LabClaim[],
): JsonObject {
  const volumeMounts = claims.map(({ role }) => ({
    name: volumeName(role),
    mountPath: MOUNT_PATHS[role],
  }));
  const { agentImage } = options;
  const agent = agentImage === undefined ? [] : [{
    name: "storage-agent",
    image: agentImage,
    restartPolicy: "Always",
    volumeMounts,
  }];
  const spec = {
    nodeName: NODE_NAME,
    hostname: instanceName(owner, options.serial),
    serviceAccountName: owner.cluster,
    securityContext: { runAsUser: options.ownerId, runAsGroup: options.ownerId },
    initContainers: [{ name: "bootstrap-controller", image: POSTGRES_IMAGE }],
    containers: [{ name: "postgres", image: POSTGRES_IMAGE, volumeMounts }],
    volumes: claims.map(({ role, name }) => ({
      name: volumeName(role),
      persistentVolumeClaim: { claimName: name },
    })),
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: instanceMetadata(owner, options.serial, {
      name: instanceName(owner, options.serial),
      labels: { "cnpg.io/podRole": "instance" },
      // The operator compares this with what it would make now; it never sees what webhooks added.
      annotations: { "cnpg.io/podSpec": JSON.stringify(spec) },
    }),
    spec: { ...spec, initContainers: [...spec.initContainers, ...agent] },
  };
}

function runningStatus(options: InstanceOptions): JsonObject {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const image = POSTGRES_IMAGE;
  const running = {
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: now } },
  };
  const agent = options.agentImage === undefined
    ? []
    : [{ name: "storage-agent", image: options.agentImage, imageID: "", ...running }];
  return {
    phase: "Running",
    startTime: now,
    hostIP: "127.0.0.1",
    podIP: "127.0.0.1",
    conditions: [{ type: "Ready", status: "True", lastTransitionTime: now }],
    initContainerStatuses: agent,
    containerStatuses: [{ name: "postgres", image, imageID: "", ...running }],
  };
}

function volumeName(role: LabClaim["role"]): string {
  return role === "data" ? "pgdata" : "pg-wal";
}
