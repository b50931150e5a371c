/**
 * The status of a pod, as kubelet writes it.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { millis } from "../../lib/units/millis.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import { objectsAt, textAt } from "../component/read_json.ts";
import type { Container, ContainerEnd } from "./container.ts";

/** Name of the container that runs PostgreSQL (`cnpg.md` §3.1). */
const POSTGRES_CONTAINER = "postgres";

/** What of a pod changes besides its container. */
export interface PodFacts {
  readonly addressIp: string;
  /** When the pod was taken on. */
  readonly startedAtMs: number;
  /** When it became ready, or ceased to be. */
  readonly readySinceMs: number;
}

/** The status of a pod whose `postgres` container is in a state; others of its containers simply run. */
export function podStatus(
  pod: JsonObject,
  container: Container | undefined,
  facts: PodFacts,
): JsonObject {
  const creating = container === undefined || container.state.kind === "creating";
  const ready = container?.ready ?? false;
  const containers = objectsAt(pod, "spec", "containers");
  const helpers = objectsAt(pod, "spec", "initContainers");
  const startTime = timestamp(facts.startedAtMs);
  return {
    phase: creating ? "Pending" : "Running",
    startTime,
    ...(creating ? {} : { podIP: facts.addressIp, podIPs: [{ ip: facts.addressIp }] }),
    conditions: [
      condition("PodScheduled", true, startTime),
      condition("Initialized", !creating, startTime),
      condition("ContainersReady", ready, timestamp(facts.readySinceMs)),
      condition("Ready", ready, timestamp(facts.readySinceMs)),
    ],
    initContainerStatuses: helpers.map((spec) => helperStatus(spec, creating, startTime)),
    containerStatuses: containers.map((spec) => {
      const isPostgres = spec["name"] === POSTGRES_CONTAINER && container !== undefined;
      return isPostgres
        ? postgresStatus(spec, container, textAt(pod, "metadata", "name") ?? "")
        : sideStatus(spec, creating, startTime);
    }),
  };
}

function condition(type: string, holds: boolean, lastTransitionTime: string): JsonObject {
  return { type, status: holds ? "True" : "False", lastTransitionTime };
}

function postgresStatus(spec: JsonObject, container: Container, podName: string): JsonObject {
  return {
    ...basics(spec),
    ready: container.ready,
    started: container.ready,
    restartCount: container.restartCount,
    state: currentState(container, podName),
    lastState: lastState(container),
  };
}

function currentState({ state, lastEnd }: Container, podName: string): JsonObject {
  switch (state.kind) {
    case "creating":
      return { waiting: { reason: "ContainerCreating" } };
    case "running":
      return { running: { startedAt: timestamp(state.startedAtMs) } };
    case "waiting":
      return state.delayMs === 0 && lastEnd !== undefined
        ? terminated(lastEnd)
        : { waiting: backOff(state.delayMs, podName) };
    default:
      return state satisfies never;
  }
}

function backOff(delayMs: number, podName: string): JsonObject {
  const pause = `back-off ${delayMs / 1000}s`;
  return {
    reason: "CrashLoopBackOff",
    message: `${pause} restarting failed container=${POSTGRES_CONTAINER} pod=${podName}`,
  };
}

function lastState({ lastEnd }: Container): JsonObject {
  return lastEnd === undefined ? {} : terminated(lastEnd);
}

function terminated({ exitCode, startedAtMs, finishedAtMs }: ContainerEnd): JsonObject {
  return {
    terminated: {
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      startedAt: timestamp(startedAtMs),
      finishedAt: timestamp(finishedAtMs),
    },
  };
}

/** Init containers have done their work; those that restart for ever are native sidecars. */
function helperStatus(spec: JsonObject, creating: boolean, startedAt: string): JsonObject {
  if (creating || spec["restartPolicy"] === "Always") return sideStatus(spec, creating, startedAt);
  const terminated = { exitCode: 0, reason: "Completed", startedAt, finishedAt: startedAt };
  return { ...basics(spec), ready: true, restartCount: 0, state: { terminated }, lastState: {} };
}

function sideStatus(spec: JsonObject, creating: boolean, startedAt: string): JsonObject {
  return {
    ...basics(spec),
    ready: !creating,
    started: !creating,
    restartCount: 0,
    state: creating ? { waiting: { reason: "PodInitializing" } } : { running: { startedAt } },
    lastState: {},
  };
}

function basics(spec: JsonObject): JsonObject {
  return { name: spec["name"], image: spec["image"], imageID: spec["image"] };
}

function timestamp(atMs: number): string {
  return formatTimestamp(millis(Math.floor(atMs / 1000) * 1000));
}
