/**
 * The API server's audit log: which writes it received, from whom and when. It is the judge in every
 * question of speed ("PATCH received by the API server", DESIGN §11) and of silence ("0 writes").
 *
 * @module
 */

import { type JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/** Verbs that change nothing. */
const READS: readonly string[] = ["get", "list", "watch"];

/**
 * Writes are logged with their metadata, patches of claims and Clusters with their bodies as well; reads are
 * logged of ServiceAccounts alone, and the API server's own housekeeping is not.
 */
export const AUDIT_POLICY = JSON.stringify({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", users: ["system:apiserver"] },
    { level: "Metadata", verbs: READS, userGroups: ["system:serviceaccounts"] },
    { level: "None", verbs: READS },
    {
      level: "Request",
      verbs: ["patch"],
      resources: [
        { group: "", resources: ["persistentvolumeclaims"] },
        { group: "postgresql.cnpg.io", resources: ["clusters"] },
      ],
    },
    { level: "Metadata" },
  ],
});

/** One request that the API server received. */
export interface AuditEntry {
  /** User name, for example `system:serviceaccount:NAMESPACE:NAME`. */
  readonly user: string;
  /** Which token of a ServiceAccount was used: `JTI=ID`; empty for others. */
  readonly credential: string;
  readonly userAgent: string;
  /** `create`, `update`, `patch` or `delete`; `get`, `list` or `watch` of what a ServiceAccount reads. */
  readonly verb: string;
  /** API group, empty for the core. */
  readonly group: string;
  /** Plural, with the subresource if there is one: `persistentvolumeclaims/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** HTTP status code of the answer. */
  readonly code: number;
  /** When the API server received the request, in milliseconds since the Unix epoch, with fractions. */
  readonly receivedAtMs: number;
  /** Request URI, which shows `dryRun` and `fieldManager`. */
  readonly uri: string;
  /** Body of a patch of a claim or a Cluster. */
  readonly body: JsonObject | undefined;
}

/** Whether a request changed something, or would have if it had been let. */
export function isWrite({ verb }: AuditEntry): boolean {
  return !READS.includes(verb);
}

/** Reads the requests that are in an audit log; a line that is being written is left out. */
export async function readAuditLog(path: string): Promise<AuditEntry[]> {
  const text = await Deno.readTextFile(path).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  return text.split("\n").slice(0, -1).map(parseAuditLine);
}

/** Reads one line of an audit log. */
export function parseAuditLine(line: string): AuditEntry {
  const event: unknown = JSON.parse(line);
  const reference = field(event, "objectRef");
  const extra = field(field(event, "user"), "extra");
  const found = field(extra, "authentication.kubernetes.io/credential-id");
  const credentials: readonly unknown[] = Array.isArray(found) ? found : [];
  const subresource = text(field(reference, "subresource"));
  const plural = text(field(reference, "resource"));
  return {
    user: text(field(field(event, "user"), "username")),
    credential: text(credentials[0]),
    userAgent: text(field(event, "userAgent")),
    verb: text(field(event, "verb")),
    group: text(field(reference, "apiGroup")),
    resource: subresource === "" ? plural : `${plural}/${subresource}`,
    namespace: text(field(reference, "namespace")),
    name: text(field(reference, "name")),
    code: Number(field(field(event, "responseStatus"), "code") ?? 0),
    receivedAtMs: parseMicroTime(text(field(event, "requestReceivedTimestamp"))),
    uri: text(field(event, "requestURI")),
    body: objectAt(event, "requestObject"),
  };
}

function field(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined;
}

function objectAt(value: unknown, name: string): JsonObject | undefined {
  const found = field(value, name);
  return isJsonObject(found) ? found : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Kubernetes' MicroTime has six digits of fraction, of which `Date.parse` keeps three. */
function parseMicroTime(stamp: string): number {
  const micros = /\.\d{3}(\d{3})Z$/.exec(stamp)?.[1] ?? "0";
  return Date.parse(stamp) + Number(micros) / 1000;
}
