/**
 * What is kept of the objects that limit claims: ResourceQuota, LimitRange and CSIStorageCapacity.
 *
 * An amount that cannot be read limits nothing here: the API server has the last word anyway.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import type { Bytes } from "../../lib/units/bytes.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import type { ClaimSizeLimit, StorageQuota } from "../../lib/view/cluster.ts";
import { parseIdentity, readMetadata } from "./metadata.ts";
import { items, lenient } from "./tolerant.ts";

/** What one ResourceQuota says about storage. */
export interface QuotaRecord {
  readonly namespace: string;
  /** One for all claims, and one for each StorageClass that it names. */
  readonly quotas: readonly StorageQuota[];
}

/** What one LimitRange says about claims. */
export interface LimitRangeRecord {
  readonly namespace: string;
  readonly limits: readonly ClaimSizeLimit[];
}

/** What one CSIStorageCapacity says. */
export interface ClassCapacityRecord {
  readonly storageClass: string;
  /** Absent: the driver does not tell, which is not zero. */
  readonly availableBytes?: Bytes | undefined;
}

/** The name under which a quota counts what claims ask for, by itself or behind the name of a class. */
const REQUESTS = "requests.storage";
const CLASS_REQUESTS_SUFFIX = `.storageclass.storage.k8s.io/${REQUESTS}`;

/** A quota with a scope counts only some claims, and which ones is for the API server to say. */
const quotaSchema = z.object({
  spec: lenient(z.object({
    scopes: items(z.string()),
    scopeSelector: z.unknown().optional(),
  })),
  status: lenient(z.object({ hard: amounts(), used: amounts() })),
});

const limitRangeSchema = z.object({
  spec: lenient(z.object({
    limits: items(z.object({ type: z.literal("PersistentVolumeClaim"), max: amounts() })),
  })),
});

const capacitySchema = z.object({
  storageClassName: lenient(z.string()),
  capacity: lenient(amount()),
  maximumVolumeSize: lenient(amount()),
});

/**
 * Projects a ResourceQuota: what its status, by which the API server goes, says about storage that claims ask
 * for (`kubernetes.md` A1.4).
 *
 * @returns Undefined where it limits none.
 * @throws {TypeError} If the object's identity cannot be read; the message names the path.
 */
export function projectQuota(object: JsonObject): QuotaRecord | undefined {
  const { record: { namespace, name } } = readMetadata("ResourceQuota", object);
  const { spec, status } = parseIdentity("ResourceQuota", quotaSchema, object);
  const isScoped = (spec?.scopes.length ?? 0) > 0 || spec?.scopeSelector !== undefined;
  if (isScoped || status === undefined) return undefined;
  const quotas = [...status.hard].flatMap(([counted, hardBytes]): StorageQuota[] => {
    const usedBytes = status.used.get(counted);
    if (usedBytes === undefined) return [];
    if (counted === REQUESTS) return [{ name, hardBytes, usedBytes }];
    if (!counted.endsWith(CLASS_REQUESTS_SUFFIX)) return [];
    const storageClass = counted.slice(0, -CLASS_REQUESTS_SUFFIX.length);
    return [{ name, storageClass, hardBytes, usedBytes }];
  });
  return quotas.length === 0 ? undefined : { namespace, quotas };
}

/**
 * Projects a LimitRange: the largest claims that it allows.
 *
 * @returns Undefined where it limits none.
 * @throws {TypeError} If the object's identity cannot be read; the message names the path.
 */
export function projectLimitRange(object: JsonObject): LimitRangeRecord | undefined {
  const { record: { namespace, name } } = readMetadata("LimitRange", object);
  const { spec } = parseIdentity("LimitRange", limitRangeSchema, object);
  const limits = (spec?.limits ?? []).flatMap(({ max }): ClaimSizeLimit[] => {
    const maxBytes = max.get("storage");
    return maxBytes === undefined ? [] : [{ name, maxBytes }];
  });
  return limits.length === 0 ? undefined : { namespace, limits };
}

/**
 * Projects a CSIStorageCapacity. `maximumVolumeSize` is about volumes that are made anew; it counts only where
 * it is the larger number, so that what is published is never read as less than it may be.
 *
 * @throws {TypeError} If the object's identity cannot be read; the message names the path.
 */
export function projectClassCapacity(object: JsonObject): ClassCapacityRecord | undefined {
  const { storageClassName, capacity, maximumVolumeSize } = parseIdentity(
    "CSIStorageCapacity",
    capacitySchema,
    object,
  );
  if (storageClassName === undefined) return undefined;
  const isLarger = maximumVolumeSize !== undefined && capacity !== undefined &&
    maximumVolumeSize > capacity;
  return {
    storageClass: storageClassName,
    availableBytes: isLarger ? maximumVolumeSize : capacity,
  };
}

/** A quantity of bytes that may be zero: nothing left is not unknown. */
function amount(): z.ZodType<Bytes> {
  return z.union([z.string(), z.number()]).transform((value, context) => {
    try {
      return parseBytes(String(value));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      context.addIssue({ code: "custom", message: "expected a quantity of bytes" });
      return z.NEVER;
    }
  });
}

/** The readable amounts of a map, by the name of what is counted. */
function amounts(): z.ZodType<ReadonlyMap<string, Bytes>> {
  return z.record(z.string(), z.unknown()).catch({}).transform((entries) =>
    new Map(
      Object.entries(entries).flatMap(([name, value]): [string, Bytes][] => {
        const parsed = amount().safeParse(value);
        return parsed.success ? [[name, parsed.data]] : [];
      }),
    )
  );
}
