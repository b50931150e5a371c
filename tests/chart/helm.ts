/**
 * Helm, built from its pinned module, and what it makes of the chart.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { ensureBinary, HELM, missingBinaryReason } from "../lab/binaries.ts";
import { moduleVersion } from "../lab/versions.ts";
import { parseObjects } from "./manifests.ts";

/** Values that are set for one release. */
export type Values = Readonly<Record<string, unknown>>;

/** What Helm said, and whether it did what it was asked. */
export interface HelmAnswer {
  readonly ok: boolean;
  /** Standard output, and standard error after it. */
  readonly text: string;
  readonly stdout: string;
}

/** Names of the release that tests render. */
export const RELEASE = { name: "storage", namespace: "cnpg-system" } as const;
/** What the names of its objects begin with. */
export const PREFIX = "storage-cnpg-storage-manager";

/** The chart. */
export const CHART = new URL("../../charts/cnpg-storage-manager", import.meta.url).pathname;

/** Helm waits for nothing in tests: what takes longer hangs. */
const HELM_LIMIT_MS = 60_000;

/** Registers a test that needs Helm and nothing else; it runs, is ignored and says why, or (in CI) fails. */
export async function chartTest(name: string, test: () => Promise<void>): Promise<void> {
  const missing = await missingBinaryReason(HELM);
  if (missing === undefined || Boolean(Deno.env.get("CI"))) Deno.test(name, test);
  else Deno.test({ name: `${name} (cannot run: ${missing})`, ignore: true, fn: test });
}

/** Runs Helm; `values` are given to it as a file, where its command takes any. */
export async function helm(
  args: readonly string[],
  values?: Values,
  kubeconfigFile = "/nonexistent",
): Promise<HelmAnswer> {
  const program = await ensureBinary(HELM);
  const directory = await Deno.makeTempDir({ prefix: "cnpg-storage-manager-helm-" });
  try {
    const valuesFile = `${directory}/values.yaml`;
    await Deno.writeTextFile(valuesFile, JSON.stringify(values ?? {}));
    const output = await new Deno.Command(program, {
      args: [...args, ...(values === undefined ? [] : ["--values", valuesFile])],
      stdin: "null",
      clearEnv: true,
      // Nothing of the machine's own Helm or cluster is read or written.
      env: { HOME: directory, KUBECONFIG: kubeconfigFile },
      signal: AbortSignal.timeout(HELM_LIMIT_MS),
    }).output();
    const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    );
    return { ok: output.success, text: `${stdout}${stderr}`, stdout: stdout ?? "" };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Renders the chart without a cluster. */
export async function render(values: Values = {}): Promise<HelmAnswer> {
  return await helm([
    "template",
    RELEASE.name,
    CHART,
    "--namespace",
    RELEASE.namespace,
    "--kube-version",
    await moduleVersion("kubernetes"),
  ], values);
}

/**
 * The objects that the chart makes of these values.
 *
 * @throws {Error} If Helm refuses the values, or what it renders are no objects.
 */
export async function renderedObjects(values: Values = {}): Promise<JsonObject[]> {
  const { ok, text, stdout } = await render(values);
  if (!ok) throw new Error(`Cannot render ${JSON.stringify(values)}: ${text}`);
  return parseObjects(stdout);
}
