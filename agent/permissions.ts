/**
 * What the agent's processes may do on their machine: every permission flag comes from here.
 *
 * The agent reads the volumes, its token, its CA and its configuration, asks the kernel for sizes and talks
 * to one address. It writes nothing, starts nothing and listens on nothing.
 *
 * @module
 */

import { DATA_MOUNT_PATH, pathBelow, TABLESPACES_PATH, WAL_MOUNT_PATH } from "./volume.ts";

/** Environment variables that the agent reads. */
export const ENVIRONMENT_NAMES = [
  "POD_NAMESPACE",
  "POD_NAME",
  "STORAGE_AGENT_CONTROLLER_URL",
  "STORAGE_AGENT_CONTROLLER_CA",
  "STORAGE_AGENT_CONTROLLER_CA_FILE",
  "STORAGE_AGENT_CONTROLLER_TOKEN_FILE",
  "STORAGE_AGENT_ROOT",
  "STORAGE_AGENT_LOG_LEVEL",
] as const;

/** Switches that the YAML parser asks for before it parses; refusing them ends the parsing. */
const PARSER_ENVIRONMENT_NAMES = ["LOG_STREAM", "LOG_TOKENS"];

/** Variables that PostgreSQL's client asks for whatever it is told; refusing them ends it. */
const CLIENT_ENVIRONMENT_NAMES = ["PGAPPNAME", "PGTARGETSESSIONATTRS"];

const ENVIRONMENT_FLAG = `--allow-env=${
  [...ENVIRONMENT_NAMES, ...PARSER_ENVIRONMENT_NAMES, ...CLIENT_ENVIRONMENT_NAMES].join(",")
}`;

/** What a configuration makes the agent touch. */
export interface AccessNeeds {
  /** Directory below which the mount paths are found, `/` in a pod. */
  readonly root: string;
  /** Host and port of the controller; absent while no usable address is configured. */
  readonly controllerHost?: string | undefined;
  /** Token, CA and configuration file, as far as there are such. */
  readonly files: readonly string[];
}

/** The permission flags of an agent process with these needs. */
export function permissionFlags(needs: AccessNeeds): string[] {
  const mounts = [DATA_MOUNT_PATH, WAL_MOUNT_PATH, TABLESPACES_PATH];
  const readable = [...mounts.map((path) => pathBelow(needs.root, path)), ...needs.files];
  return [
    "--no-prompt",
    "--cached-only",
    ...needs.controllerHost === undefined ? [] : [`--allow-net=${needs.controllerHost}`],
    `--allow-read=${readable.map(escapeComma).join(",")}`,
    "--allow-sys=statfs",
    ENVIRONMENT_FLAG,
  ];
}

/** The permission flags of the short-lived process that finds out the needs. */
export function inquiryFlags(configFile: string | undefined): string[] {
  return [
    "--no-prompt",
    "--cached-only",
    ...configFile === undefined ? [] : [`--allow-read=${escapeComma(configFile)}`],
    ENVIRONMENT_FLAG,
  ];
}

/** The permission flags of the supervisor: it starts `denoPath` and does nothing else. */
export function supervisorFlags(denoPath: string): string[] {
  return ["--no-prompt", "--cached-only", `--allow-run=${escapeComma(denoPath)}`];
}

/**
 * Reads needs that another process printed.
 *
 * @throws {TypeError} If `text` is not the JSON of {@link AccessNeeds}.
 */
export function parseAccessNeeds(text: string): AccessNeeds {
  const value: unknown = JSON.parse(text);
  if (!isAccessNeeds(value)) {
    throw new TypeError(
      `Cannot read what the agent needs: expected root, controllerHost and files, found ${
        text.slice(0, 200)
      }`,
    );
  }
  return value;
}

/** Whether two configurations make the agent touch the same. */
export function sameAccess(left: AccessNeeds, right: AccessNeeds): boolean {
  return permissionFlags(left).join("\n") === permissionFlags(right).join("\n");
}

// By hand, because the supervisor has no room for a schema library (DESIGN §11).
function isAccessNeeds(value: unknown): value is AccessNeeds {
  if (typeof value !== "object" || value === null) return false;
  if (!("root" in value) || typeof value.root !== "string") return false;
  if ("controllerHost" in value && typeof value.controllerHost !== "string") return false;
  return "files" in value && Array.isArray(value.files) &&
    value.files.every((file) => typeof file === "string");
}

/** A comma separates paths in a flag; doubled it is part of one. */
function escapeComma(path: string): string {
  return path.replaceAll(",", ",,");
}
