/**
 * The `postgres` container of one pod: its starts, its ends, and the waits between them.
 *
 * @module
 */

import type { Postgres } from "../postgres/postgres.ts";

/** From the pod's first sync to the first process of its container: mounts and the image. */
export const CONTAINER_START_MS = 1_000;
/** kubelet's back-off for containers that end: the first restart comes at once. */
const BACKOFF_START_MS = 10_000;
const BACKOFF_MAX_MS = 300_000;
/** A container that ran for so long begins its back-off anew. */
const BACKOFF_RESET_MS = 600_000;
/** Probes come every ten seconds (CNPG's `pkg/specs/pods.go`), and the first finds no server yet. */
export const READY_AFTER_MS = 10_000;

/** How a container ended. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

/** What a container is doing. */
export type ContainerState =
  | { readonly kind: "creating"; readonly startAtMs: number }
  | { readonly kind: "running"; readonly startedAtMs: number }
  | { readonly kind: "waiting"; readonly restartAtMs: number; readonly delayMs: number };

/** One container. */
export interface Container {
  readonly state: ContainerState;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly lastEnd: ContainerEnd | undefined;
  /** Starts what is due, sees what has ended. */
  step(postgres: Postgres, nowMs: number): void;
}

/** Makes a container that will start a moment after now. */
export function createContainer(nowMs: number): Container {
  let state: ContainerState = { kind: "creating", startAtMs: nowMs + CONTAINER_START_MS };
  let ready = false;
  let restartCount = 0;
  let delayMs = 0;
  let lastEnd: ContainerEnd | undefined;

  function start(postgres: Postgres, atMs: number): void {
    postgres.start(atMs);
    state = { kind: "running", startedAtMs: atMs };
  }
  function seeEnd(exitCode: number, startedAtMs: number, finishedAtMs: number): void {
    lastEnd = { exitCode, startedAtMs, finishedAtMs };
    if (finishedAtMs - startedAtMs >= BACKOFF_RESET_MS) delayMs = 0;
    state = { kind: "waiting", restartAtMs: finishedAtMs + delayMs, delayMs };
    delayMs = Math.min(BACKOFF_MAX_MS, Math.max(BACKOFF_START_MS, delayMs * 2));
  }
  function restartIfDue(postgres: Postgres, nowMs: number): void {
    if (state.kind === "creating" && state.startAtMs <= nowMs) start(postgres, nowMs);
    else if (state.kind === "waiting" && state.restartAtMs <= nowMs) {
      restartCount += 1;
      start(postgres, nowMs);
    }
  }
  return {
    get state(): ContainerState {
      return state;
    },
    get ready(): boolean {
      return ready;
    },
    get restartCount(): number {
      return restartCount;
    },
    get lastEnd(): ContainerEnd | undefined {
      return lastEnd;
    },
    step(postgres, nowMs): void {
      restartIfDue(postgres, nowMs);
      if (state.kind === "running" && postgres.state.kind === "exited") {
        const { exitCode, atMs } = postgres.state;
        seeEnd(exitCode, state.startedAtMs, Math.max(atMs, state.startedAtMs));
      }
      ready = state.kind === "running" && postgres.state.kind === "running" &&
        state.startedAtMs + READY_AFTER_MS <= nowMs;
    },
  };
}
