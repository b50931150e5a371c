/**
 * Finds etcd, kube-apiserver and helm, or builds them from their pinned Go modules, once per version.
 *
 * @module
 */

import { hasProgram, run } from "./command.ts";
import { type GoModule, moduleDirectory, moduleVersion } from "./versions.ts";

/** kube-apiserver takes 6 to 8 minutes on two cores with a cold cache; more than this is a hang. */
const BUILD_LIMIT_MS = 40 * 60_000;
/** Often enough that nobody believes that the build hangs. */
const PROGRESS_EVERY_MS = 15_000;
const VERSION_PACKAGE = "k8s.io/component-base/version";

/** A program that the lab builds. */
export interface Binary {
  readonly name: string;
  readonly module: GoModule;
  /** Import path of its main package. */
  readonly package: string;
  /** Completes the sentence "… takes" while it is built. */
  readonly takes: string;
}

/** What the control plane of the lab consists of. */
export const CONTROL_PLANE_BINARIES = {
  etcd: {
    name: "etcd",
    module: "etcd",
    package: "go.etcd.io/etcd/server/v3",
    takes: "about a minute, once",
  },
  kubeApiserver: {
    name: "kube-apiserver",
    module: "kubernetes",
    package: "k8s.io/kubernetes/cmd/kube-apiserver",
    takes: "6 to 8 minutes on two cores, once",
  },
} as const satisfies Record<string, Binary>;

/** What installs the chart. */
export const HELM: Binary = {
  name: "helm",
  module: "helm",
  package: "helm.sh/helm/v3/cmd/helm",
  takes: "2 to 4 minutes on two cores, once",
};

/** Directory of the lab below the user's cache directory. */
export function cacheDirectory(): string {
  const home = Deno.env.get("HOME") ?? "/root";
  return `${Deno.env.get("XDG_CACHE_HOME") || `${home}/.cache`}/cnpg-storage-manager/lab`;
}

/** Flags for the linker; Kubernetes calls itself v0.0.0-master unless it is told. */
export function linkerFlags(module: GoModule, version: string): string {
  if (module !== "kubernetes") return "-s -w";
  const [major, minor] = version.split(".");
  return `-s -w -X ${VERSION_PACKAGE}.gitVersion=v${version}` +
    ` -X ${VERSION_PACKAGE}.gitMajor=${major} -X ${VERSION_PACKAGE}.gitMinor=${minor}`;
}

/**
 * Path of a program that is there already: in `KUBEBUILDER_ASSETS` (as envtest has it), else in the
 * cache. `undefined` when it would have to be built.
 */
export async function findBinary(binary: Binary): Promise<string | undefined> {
  const assets = Deno.env.get("KUBEBUILDER_ASSETS");
  const candidates = [await cachedPath(binary)];
  if (assets) candidates.unshift(`${assets}/${binary.name}`);
  for (const path of candidates) {
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  return undefined;
}

/** Path of a program, which is built when it is not there. */
export async function ensureBinary(binary: Binary): Promise<string> {
  return await findBinary(binary) ?? await build(binary);
}

/** Says why a program can neither be found nor built; `undefined` when it can. */
export async function missingBinaryReason(binary: Binary): Promise<string | undefined> {
  if (await findBinary(binary) !== undefined || await hasProgram("go")) return undefined;
  return `${binary.name} is neither in KUBEBUILDER_ASSETS nor in ${cacheDirectory()}, ` +
    "and there is no Go toolchain to build it with";
}

async function cachedPath(binary: Binary): Promise<string> {
  return `${cacheDirectory()}/${binary.module}-${await moduleVersion(
    binary.module,
  )}/${binary.name}`;
}

async function build(binary: Binary): Promise<string> {
  const version = await moduleVersion(binary.module);
  const path = await cachedPath(binary);
  const unfinished = `${path}.${crypto.randomUUID()}`;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const startedAt = performance.now();
  function report(): void {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    say(`lab: building ${binary.name} ${version}: ${seconds} s (takes ${binary.takes})`);
  }
  report();
  const progress = setInterval(report, PROGRESS_EVERY_MS);
  try {
    await run("go", [
      "build",
      "-mod=readonly",
      "-buildvcs=false",
      "-trimpath",
      `-ldflags=${linkerFlags(binary.module, version)}`,
      "-o",
      unfinished,
      binary.package,
    ], {
      cwd: moduleDirectory(binary.module),
      env: { CGO_ENABLED: "0", GOWORK: "off" },
      limitMs: BUILD_LIMIT_MS,
    });
    // Two test runs may build at the same time: whoever renames last wins, with equal content.
    await Deno.rename(unfinished, path);
  } finally {
    clearInterval(progress);
    await Deno.remove(unfinished).catch(() => undefined);
  }
  return path;
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
