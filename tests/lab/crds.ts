/**
 * Installs CustomResourceDefinitions: CNPG's from its Go module, ours from the chart.
 *
 * @module
 */

import { parse } from "yaml";
import { type JsonObject, type KubeApi, type Resource } from "../../kube/api.ts";
import { isJsonObject, parseJsonObject } from "../../kube/json.ts";
import { run } from "./command.ts";
import { moduleDirectory, moduleVersion, upstreamPath } from "./versions.ts";
import { waitUntil } from "./wait.ts";

/** CustomResourceDefinitions themselves. */
export const CUSTOM_RESOURCE_DEFINITION: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

/** CNPG's Cluster. */
export const CLUSTER: Resource = {
  group: "postgresql.cnpg.io",
  version: "v1",
  kind: "Cluster",
  plural: "clusters",
  namespaced: true,
};

const FIELD_MANAGER = "lab";
const CHART_CRDS = `${import.meta.dirname ?? "."}/../../charts/cnpg-storage-manager/files/crds`;
/** The schema of a Cluster is half a megabyte: it takes the API server a moment. */
const APPLY_DEADLINE_MS = 30_000;
/** Downloading CNPG's module for the first time. */
const DOWNLOAD_LIMIT_MS = 5 * 60_000;
const ESTABLISHED_LIMIT_MS = 30_000;

/** Directory of CNPG's source in the Go module cache; it is downloaded when it is not there. */
export async function cnpgSourceDirectory(): Promise<string> {
  const upstream = `${upstreamPath("cnpg")}@v${await moduleVersion("cnpg")}`;
  const answer = await run("go", ["mod", "download", "-json", upstream], {
    cwd: moduleDirectory("cnpg"),
    limitMs: DOWNLOAD_LIMIT_MS,
  });
  const directory = parseJsonObject(answer, "the answer of go mod download")["Dir"];
  if (typeof directory !== "string") {
    throw new TypeError(`Cannot find the source of ${upstream}: expected a directory, found none`);
  }
  return directory;
}

/** Installs CNPG's Cluster and waits until it is served. */
export async function installClusterCrd(api: KubeApi): Promise<void> {
  const bases = `${await cnpgSourceDirectory()}/config/crd/bases`;
  await installCrd(api, await readYaml(`${bases}/postgresql.cnpg.io_clusters.yaml`));
}

/**
 * Installs the CRDs of the chart and waits until they are served.
 *
 * @throws {Error} when the chart has none
 */
export async function installOwnCrds(api: KubeApi): Promise<void> {
  for (const definition of await readOwnCrds()) await installCrd(api, definition);
}

/**
 * Names of the CRDs of the chart.
 *
 * @throws {Error} when the chart has none
 */
export async function ownCrdNames(): Promise<string[]> {
  return (await readOwnCrds()).map(nameOf);
}

async function readOwnCrds(): Promise<JsonObject[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(CHART_CRDS)) {
    if (entry.isFile && entry.name.endsWith(".yaml")) files.push(`${CHART_CRDS}/${entry.name}`);
  }
  if (files.length === 0) throw new Error(`Cannot find our CRDs: found none in ${CHART_CRDS}`);
  return await Promise.all(files.map(readYaml));
}

function nameOf(definition: JsonObject): string {
  const metadata = definition["metadata"];
  const name = isJsonObject(metadata) ? metadata["name"] : undefined;
  if (typeof name !== "string") {
    throw new TypeError("Cannot read a CRD: expected metadata.name, found none");
  }
  return name;
}

async function installCrd(api: KubeApi, definition: JsonObject): Promise<void> {
  const name = nameOf(definition);
  await api.patch(CUSTOM_RESOURCE_DEFINITION, { name }, {
    type: "apply",
    body: definition,
    force: true,
  }, { fieldManager: FIELD_MANAGER, deadlineMs: APPLY_DEADLINE_MS });
  await waitUntil(`${name} established`, async () => {
    const found = await api.get(CUSTOM_RESOURCE_DEFINITION, { name });
    return isEstablished(found) ? true : undefined;
  }, { limitMs: ESTABLISHED_LIMIT_MS });
}

function isEstablished(definition: JsonObject): boolean {
  const status = definition["status"];
  const conditions = isJsonObject(status) ? status["conditions"] : undefined;
  return Array.isArray(conditions) &&
    conditions.some((one: unknown) =>
      isJsonObject(one) && one["type"] === "Established" && one["status"] === "True"
    );
}

async function readYaml(path: string): Promise<JsonObject> {
  const document: unknown = parse(await Deno.readTextFile(path));
  if (!isJsonObject(document)) {
    throw new SyntaxError(`Cannot read ${path}: expected one YAML document that is a map`);
  }
  return document;
}
