/**
 * Versions of what the lab builds, read from the go.mod files beside it: they are the one place where
 * a version stands, and the one a dependency bot knows how to raise.
 *
 * @module
 */

/** Go modules of the lab; each is the name of a directory below `go/`. */
export type GoModule = "etcd" | "kubernetes" | "cnpg" | "helm";

const MODULE_PATHS: Readonly<Record<GoModule, string>> = {
  etcd: "go.etcd.io/etcd/server/v3",
  kubernetes: "k8s.io/kubernetes",
  cnpg: "github.com/cloudnative-pg/cloudnative-pg",
  helm: "helm.sh/helm/v3",
};

/** Import path of the upstream module that a lab module pins. */
export function upstreamPath(module: GoModule): string {
  return MODULE_PATHS[module];
}

/** Directory that holds the go.mod of a lab module. */
export function moduleDirectory(module: GoModule): string {
  return `${import.meta.dirname ?? "."}/go/${module}`;
}

/**
 * Finds the version that a go.mod requires, without its leading `v`.
 *
 * @throws {SyntaxError} when the module is not required there
 */
export function parseRequiredVersion(goMod: string, path: string): string {
  for (const line of goMod.split("\n")) {
    const [name, version] = line.trim().replace(/^require\s+/, "").split(/\s+/);
    if (name === path && version !== undefined && /^v\d/.test(version)) return version.slice(1);
  }
  throw new SyntaxError(
    `Cannot read a version from go.mod: expected a require of ${path}, found none`,
  );
}

/** Version of the upstream module, for example `1.36.3` for `kubernetes`. */
export async function moduleVersion(module: GoModule): Promise<string> {
  const goMod = await Deno.readTextFile(`${moduleDirectory(module)}/go.mod`);
  return parseRequiredVersion(goMod, upstreamPath(module));
}
