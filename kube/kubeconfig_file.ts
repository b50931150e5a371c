/**
 * One kubeconfig file, and several of them merged.
 *
 * @module
 */

import { parse, YAMLParseError } from "yaml";
import * as z from "zod";

/** A string that YAML may have taken for something else is an error; an empty one counts as absent. */
const text = z.string().optional().transform((value) => value === "" ? undefined : value);

const clusterSchema = z.object({
  "server": z.string(),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": z.boolean().optional(),
  "tls-server-name": text,
  "proxy-url": text,
});

const userSchema = z.object({
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  "token": text,
  "tokenFile": text,
  "username": text,
  "password": text,
  "as": text,
  "exec": z.unknown().optional(),
  "auth-provider": z.unknown().optional(),
});

const contextSchema = z.object({
  cluster: z.string(),
  user: z.string().optional(),
  namespace: text,
});

const fileSchema = z.object({
  "current-context": text,
  "clusters": z.array(z.object({ name: z.string(), cluster: clusterSchema })).nullish(),
  "users": z.array(z.object({ name: z.string(), user: userSchema.nullish() })).nullish(),
  "contexts": z.array(z.object({ name: z.string(), context: contextSchema })).nullish(),
});

/** The user of a context that names none. */
export const ANONYMOUS: z.infer<typeof userSchema> = userSchema.parse({});

/** How to reach a server. */
export type KubeconfigCluster = z.infer<typeof clusterSchema>;
/** How to prove who asks. */
export type KubeconfigUser = z.infer<typeof userSchema>;
/** A server, a user and a namespace. */
export type KubeconfigContext = z.infer<typeof contextSchema>;

/** An entry and the directory that its relative paths start from. */
export interface Located<Entry> {
  readonly entry: Entry;
  readonly directory: string;
}

/** What the files say together. */
export interface MergedKubeconfig {
  currentContext: string | undefined;
  readonly clusters: Map<string, Located<KubeconfigCluster>>;
  readonly users: Map<string, Located<KubeconfigUser>>;
  readonly contexts: Map<string, Located<KubeconfigContext>>;
}

/** Merges files as kubectl does: what comes first stays, entry by entry. */
export function mergeKubeconfig(
  files: readonly { readonly path: string; readonly content: string }[],
): MergedKubeconfig {
  const merged: MergedKubeconfig = {
    currentContext: undefined,
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
  };
  for (const { path, content } of files) {
    const file = parseFile(path, content);
    const directory = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
    merged.currentContext ??= file["current-context"];
    for (const { name, cluster } of file.clusters ?? []) {
      addFirst(merged.clusters, name, { entry: cluster, directory });
    }
    for (const { name, user } of file.users ?? []) {
      addFirst(merged.users, name, { entry: user ?? ANONYMOUS, directory });
    }
    for (const { name, context } of file.contexts ?? []) {
      addFirst(merged.contexts, name, { entry: context, directory });
    }
  }
  return merged;
}

function addFirst<Entry>(entries: Map<string, Entry>, name: string, entry: Entry): void {
  if (!entries.has(name)) entries.set(name, entry);
}

/** No message quotes the file, since it holds keys: YAML's own would show the line. */
function parseFile(path: string, content: string): z.infer<typeof fileSchema> {
  const file = fileSchema.safeParse(parseYaml(path, content) ?? {});
  if (file.success) return file.data;
  const places = file.error.issues.map((issue) => issue.path.join(".") || "the whole file");
  throw new TypeError(`Cannot use kubeconfig ${path}: found an unexpected ${places.join(", ")}`);
}

function parseYaml(path: string, content: string): unknown {
  try {
    return parse(content, { prettyErrors: false });
  } catch (error) {
    const place = error instanceof YAMLParseError ? ` at character ${error.pos[0]}` : "";
    throw new SyntaxError(`Cannot parse kubeconfig ${path}: expected YAML, found an error${place}`);
  }
}
