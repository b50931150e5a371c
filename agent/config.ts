/**
 * The agent's configuration: a YAML file under environment variables under defaults.
 *
 * A wrong value must not stop the agent, because a container that keeps ending makes CloudNativePG call the
 * instance dead (cnpg.md §4.2). So a wrong field is replaced by its default, and the agent says so in its
 * log and in every report.
 *
 * @module
 */

import * as z from "zod";
import { type AccessNeeds, ENVIRONMENT_NAMES } from "./permissions.ts";

/** Values of the environment variables that the agent reads. */
export type Environment = Readonly<
  Partial<Record<typeof ENVIRONMENT_NAMES[number], string | undefined>>
>;

const absolutePath = z.string().max(4_096).regex(/^\/[^\0]*$/, "expected an absolute path");

/** Host names and addresses as the permission flag takes them: nothing in them can end the flag. */
const controllerUrl = z.string().max(2_048).refine(isControllerUrl, {
  message: "expected https://host:port without credentials, query or fragment",
});

const configSchema = z.strictObject({
  controller: z.strictObject({
    url: controllerUrl.optional(),
    /** PEM text, for example inlined by the webhook. Trusted besides `caFile`. */
    ca: z.string().max(1_048_576).regex(/-----BEGIN CERTIFICATE-----/, "expected PEM").optional(),
    caFile: absolutePath.optional(),
    tokenFile: absolutePath.default("/var/run/secrets/cnpg-storage-manager/token"),
  }).prefault({}),
  root: absolutePath.default("/"),
  intervals: z.strictObject({
    sampleMs: z.int().min(200).max(60_000).default(1_000),
    reportMs: z.int().min(1_000).max(3_600_000).default(30_000),
    repeatMs: z.int().min(2_000).max(5_000).default(3_000),
    rescanMs: z.int().min(1_000).max(3_600_000).default(60_000),
  }).prefault({}),
  pod: z.strictObject({
    namespace: z.string().min(1).max(63).optional(),
    name: z.string().min(1).max(253).optional(),
  }).prefault({}),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

/** A complete configuration. */
export type AgentConfig = z.infer<typeof configSchema>;

/** A configuration that can be used, and what had to be left out of it. */
export interface ParsedConfig {
  readonly config: AgentConfig;
  /** One sentence for each wrong field. */
  readonly problems: readonly string[];
}

/** Wrong fields are removed one round at a time; each round removes at least one. */
const ROUNDS_MAX = 16;

/** Which environment variable sets which field. */
const ENVIRONMENT_FIELDS: Readonly<Record<typeof ENVIRONMENT_NAMES[number], readonly string[]>> = {
  POD_NAMESPACE: ["pod", "namespace"],
  POD_NAME: ["pod", "name"],
  STORAGE_AGENT_CONTROLLER_URL: ["controller", "url"],
  STORAGE_AGENT_CONTROLLER_CA: ["controller", "ca"],
  STORAGE_AGENT_CONTROLLER_CA_FILE: ["controller", "caFile"],
  STORAGE_AGENT_CONTROLLER_TOKEN_FILE: ["controller", "tokenFile"],
  STORAGE_AGENT_ROOT: ["root"],
  STORAGE_AGENT_LOG_LEVEL: ["logLevel"],
};

/**
 * Makes a configuration of a parsed YAML document (`undefined` or `null`: an empty one) and the environment.
 * Never throws.
 */
export function parseConfig(document: unknown, environment: Environment): ParsedConfig {
  const problems: string[] = [];
  const fields = new Map<string, unknown>();
  if (isRecord(document)) flatten(document, [], fields);
  else if (document !== undefined && document !== null) {
    problems.push(`The configuration is ignored: expected a mapping, found ${typeof document}`);
  }
  for (const name of ENVIRONMENT_NAMES) {
    const value = environment[name];
    if (value !== undefined && value !== "") fields.set(ENVIRONMENT_FIELDS[name].join("."), value);
  }
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const parsed = configSchema.safeParse(nest(fields));
    if (parsed.success) return { config: parsed.data, problems };
    for (const issue of parsed.error.issues) problems.push(dropField(fields, issue));
  }
  problems.push("The configuration is ignored: too many wrong fields");
  return { config: configSchema.parse({}), problems };
}

/** What an agent with this configuration must be allowed to touch. */
export function accessNeeds(config: AgentConfig, configFile: string | undefined): AccessNeeds {
  const { url, caFile, tokenFile } = config.controller;
  const files = [tokenFile, caFile, configFile].filter((file) => file !== undefined);
  if (url === undefined) return { root: config.root, files };
  const { hostname, port } = new URL(url);
  return { root: config.root, controllerHost: `${hostname}:${port === "" ? "443" : port}`, files };
}

function isControllerUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === "https:" && /^[\w.:[\]-]+$/.test(url.hostname) &&
    url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

/** Removes from `fields` what an issue complains about, and says so. */
function dropField(fields: Map<string, unknown>, issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.map((key) => [...path, key].join("."));
    for (const name of names) dropBelow(fields, name);
    return `Configuration: ${names.join(", ")} is ignored: no such field`.slice(0, 500);
  }
  const name = path.join(".");
  dropBelow(fields, name);
  return `Configuration: ${name} is replaced by its default: ${issue.message}`.slice(0, 500);
}

function dropBelow(fields: Map<string, unknown>, name: string): void {
  for (const key of fields.keys()) {
    if (key === name || key.startsWith(`${name}.`)) fields.delete(key);
  }
}

/** Mappings of the schema; everything deeper or elsewhere is a value to be judged as it is. */
const SECTIONS: ReadonlySet<string> = new Set(["controller", "intervals", "pod"]);

function flatten(
  record: Readonly<Record<string, unknown>>,
  path: readonly string[],
  into: Map<string, unknown>,
): void {
  for (const [key, value] of Object.entries(record)) {
    const name = [...path, key];
    if (path.length === 0 && SECTIONS.has(key) && isRecord(value)) flatten(value, name, into);
    else if (value !== null) into.set(name.join("."), value);
  }
}

function nest(fields: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    const section = [...SECTIONS].find((known) => name.startsWith(`${known}.`));
    if (section === undefined) root[name] = value;
    else {
      const inner = isRecord(root[section]) ? root[section] : {};
      root[section] = { ...inner, [name.slice(section.length + 1)]: value };
    }
  }
  return root;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
