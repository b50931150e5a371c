/**
 * The lab: a real API server, volumes that really grow, and processes that end with the test.
 *
 * ```ts
 * labTest("the controller grows a full volume", async () => {
 *   await using lab = await startLab({ syncDelayMs: 500 });
 *   const cluster = await lab.createCluster({ instances: 3, walBytes: 512 * 1024 ** 2 });
 *   …
 * });
 * ```
 *
 * @module
 */

import { type KubeApi } from "../../kube/api.ts";
import { type ControlPlane, startControlPlane } from "./control_plane.ts";
import { installClusterCrd, installOwnCrds } from "./crds.ts";
import { type ClusterOptions, createCluster, type LabCluster } from "./fixtures.ts";
import {
  type DenoProcessOptions,
  type LabProcess,
  type ProcessOptions,
  startDeno,
  startProcess,
} from "./process.ts";
import { makeReapedDirectory } from "./reaper.ts";
import { ensurePackages, requirements } from "./requirements.ts";
import { type Resizer, startResizer } from "./resizer.ts";
import { createVolumeStore, type VolumeStore } from "./volumes.ts";

/** Whether the lab can run here. */
export type LabDecision =
  | { readonly kind: "run" }
  /** `reason` names everything that is missing. */
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "fail"; readonly reason: string };

/** What to start. */
export interface LabOptions {
  /** From "file system resize pending" to kubelet's own sync of the pod. @default {60_000} */
  readonly syncDelayMs?: number | undefined;
  /** Installs the chart's CRDs besides CNPG's. @default {false} */
  readonly ownCrds?: boolean | undefined;
}

/** A running lab. Disposing of it leaves nothing behind. */
export interface Lab extends AsyncDisposable {
  /** Everything of the lab is below; the test may put its own files there. */
  readonly directory: string;
  readonly controlPlane: ControlPlane;
  /** The administrator's client. */
  readonly api: KubeApi;
  readonly volumes: VolumeStore;
  readonly resizer: Resizer;
  createCluster(options?: ClusterOptions): Promise<LabCluster>;
  /** Starts a program that ends with the lab; its log is in `directory`. */
  startProcess(options: Omit<ProcessOptions, "logDirectory">): LabProcess;
  /** Starts a Deno program that ends with the lab; its log is in `directory`. */
  startDeno(options: Omit<DenoProcessOptions, "logDirectory">): LabProcess;
}

/** The user as which the resizer grows volumes; see {@link ControlPlane.auditLog}. */
export const RESIZER_USER = "lab-resizer";

/** Decides whether the lab can run. Where `CI` is set, what is missing is installed, and inability is failure. */
export async function labOrSkip(): Promise<LabDecision> {
  const inCi = Boolean(Deno.env.get("CI"));
  if (inCi) await ensurePackages();
  const missing = await requirements();
  if (missing.length === 0) return { kind: "run" };
  return { kind: inCi ? "fail" : "skip", reason: missing.join("; ") };
}

/** Registers a test that needs the lab: it runs, is ignored and says why, or (in CI) fails and says why. */
export async function labTest(
  name: string,
  test: (context: Deno.TestContext) => Promise<void>,
): Promise<void> {
  const decision = await labOrSkip();
  switch (decision.kind) {
    case "run":
      Deno.test(name, test);
      return;
    case "skip":
      Deno.test({ name: `${name} (cannot run: ${decision.reason})`, ignore: true, fn: test });
      return;
    case "fail":
      Deno.test(name, () => {
        throw new Error(`Cannot run the lab: ${decision.reason}`);
      });
  }
}

/** Starts a lab with CNPG's CRD and a resizer. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  await using started = new AsyncDisposableStack();
  const { path: directory } = started.use(await makeReapedDirectory("cnpg-storage-lab-"));
  const controlPlane = started.use(await startControlPlane(directory));
  const { api } = controlPlane;
  await installClusterCrd(api);
  if (options.ownCrds) await installOwnCrds(api);
  await Deno.mkdir(`${directory}/volumes`);
  const volumes = createVolumeStore(`${directory}/volumes`);
  const resizerIdentity = { user: RESIZER_USER, groups: ["system:masters"] };
  const resizer = started.use(startResizer({
    api: controlPlane.client(await controlPlane.connectUser(resizerIdentity)),
    volumes,
    syncDelayMs: options.syncDelayMs,
  }));
  const running = started.move();
  return {
    directory,
    controlPlane,
    api,
    volumes,
    resizer,
    createCluster: (cluster) => createCluster({ api, volumes, directory, resizer }, cluster),
    startProcess: (what) => running.use(startProcess({ ...what, logDirectory: directory })),
    startDeno: (what) => running.use(startDeno({ ...what, logDirectory: directory })),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
