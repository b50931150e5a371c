/**
 * What else grows claims, as annotations tell.
 *
 * @module
 */

import type { OtherGrower } from "../../lib/view/volume.ts";

/**
 * pvc-autoresizer grows a claim whose StorageClass opts in and which has a limit, either by the annotation or in
 * its resources (README of topolvm/pvc-autoresizer). Run with `--no-annotation-check` it asks no class, so the
 * annotation on a claim is a sign by itself.
 */
const RESIZER_LIMIT = "resize.topolvm.io/storage_limit";
const RESIZER_CLASS = "resize.topolvm.io/enabled";

/** Trident's policy for a claim, else for its class; `none` switches it off (NetApp Trident 26.02). */
const TRIDENT_POLICY = "trident.netapp.io/autogrowPolicy";

type Annotations = Readonly<Record<string, string>>;

/** What is kept of the annotations that make something grow claims; undefined where there is nothing. */
export interface GrowerSigns {
  readonly resizerLimit?: string | undefined;
  /** On classes: whether the autoresizer may grow their claims. */
  readonly resizerEnabled?: boolean | undefined;
  readonly tridentPolicy?: string | undefined;
}

/** Reads the signs on a claim or on a class; most have none, and keep nothing. */
export function readGrowerSigns(annotations: Annotations): GrowerSigns | undefined {
  const resizerLimit = annotations[RESIZER_LIMIT];
  const resizerEnabled = annotations[RESIZER_CLASS] === "true" ? true : undefined;
  const tridentPolicy = annotations[TRIDENT_POLICY];
  const isSigned = (resizerLimit ?? resizerEnabled ?? tridentPolicy) !== undefined;
  return isSigned ? { resizerLimit, resizerEnabled, tridentPolicy } : undefined;
}

/** What grows a claim, by the signs on it and on its class. */
export function otherGrowerOf(
  claim: { readonly growerSigns?: GrowerSigns | undefined; readonly limited?: boolean | undefined },
  storageClass: { readonly growerSigns?: GrowerSigns | undefined } | undefined,
): OtherGrower | undefined {
  return resizerOf(claim, storageClass) ??
    tridentOf(claim.growerSigns, storageClass?.growerSigns);
}

function resizerOf(
  { growerSigns, limited }: Parameters<typeof otherGrowerOf>[0],
  storageClass: Parameters<typeof otherGrowerOf>[1],
): OtherGrower | undefined {
  const limit = growerSigns?.resizerLimit;
  if (limit !== undefined && limit !== "") {
    return { kind: "pvc-autoresizer", sign: `annotation ${RESIZER_LIMIT}: ${limit}` };
  }
  if (limited !== true || storageClass?.growerSigns?.resizerEnabled !== true) return undefined;
  const sign = `annotation ${RESIZER_CLASS} of its StorageClass, and a limit in its resources`;
  return { kind: "pvc-autoresizer", sign };
}

function tridentOf(
  ofClaim: GrowerSigns | undefined,
  ofClass: GrowerSigns | undefined,
): OtherGrower | undefined {
  const policy = ofClaim?.tridentPolicy ?? ofClass?.tridentPolicy ?? "";
  if (policy === "" || policy.toLowerCase() === "none") return undefined;
  const where = ofClaim?.tridentPolicy === undefined ? " of its StorageClass" : "";
  return { kind: "trident", sign: `annotation ${TRIDENT_POLICY}: ${policy}${where}` };
}
