/**
 * What is kept of `metadata`.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { instant, items, lenient, stringMap } from "./tolerant.ts";

/** Who owns an object as its controller. */
export interface ControllerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Identity and age of an object. */
export interface RecordMetadata {
  /** The empty string for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** On the API server's clock: to be compared with other creation times only. */
  readonly createdAtMs?: Millis | undefined;
  readonly deleting: boolean;
}

/** What {@link readMetadata} finds. */
export interface ReadMetadata {
  readonly record: RecordMetadata;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly controller?: ControllerReference | undefined;
}

const identity = z.string().min(1);

const ownerSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: identity,
  controller: z.literal(true),
});

const metadataSchema = z.object({
  namespace: z.string().default(""),
  name: identity,
  uid: identity,
  resourceVersion: identity,
  creationTimestamp: lenient(instant()),
  deletionTimestamp: z.unknown().optional(),
  labels: stringMap(),
  annotations: stringMap(),
  ownerReferences: items(ownerSchema),
});

const objectSchema = z.object({ metadata: metadataSchema });

/**
 * Reads the metadata of an object.
 *
 * @throws {TypeError} If the object's identity cannot be read; the message names the path.
 */
export function readMetadata(kind: string, object: JsonObject): ReadMetadata {
  const { metadata } = parseIdentity(kind, objectSchema, object);
  const controller = metadata.ownerReferences[0];
  return {
    record: {
      namespace: metadata.namespace,
      name: metadata.name,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      createdAtMs: metadata.creationTimestamp,
      // A deletionTimestamp of any shape means that the object is on its way out.
      deleting: metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
    },
    labels: metadata.labels,
    annotations: metadata.annotations,
    controller: controller && {
      apiVersion: controller.apiVersion,
      kind: controller.kind,
      name: controller.name,
      uid: controller.uid,
    },
  };
}

/**
 * Parses what an object cannot be without.
 *
 * @throws {TypeError} If it does not fit; the message names kind, object and path, never a value.
 */
export function parseIdentity<T extends z.ZodType>(
  kind: string,
  schema: T,
  object: JsonObject,
): z.output<T> {
  const parsed = schema.safeParse(object);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.join(".") ?? "";
  throw new TypeError(
    `Cannot read ${kind}${nameOf(object)}: expected a usable value at '${path}': ${
      issue?.message ?? "unknown"
    }`,
  );
}

function nameOf(object: JsonObject): string {
  const schema = z.object({
    metadata: z.object({ namespace: z.string().default(""), name: z.string() }),
  });
  const parsed = schema.safeParse(object);
  if (!parsed.success) return "";
  const { namespace, name } = parsed.data.metadata;
  return namespace === "" ? ` ${name}` : ` ${namespace}/${name}`;
}
