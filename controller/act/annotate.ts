/**
 * Sets our annotations on the Cluster.
 *
 * @module
 */

import type { Annotate } from "../../lib/decide/plan.ts";
import { ANNOTATION_PREFIX } from "../../lib/policy/annotation_keys.ts";
import { CLUSTERS } from "../observe/resources.ts";
import { type ActContext, beside, pathOf } from "./context.ts";
import { during } from "./failure.ts";
import type { Effect } from "./outcome.ts";

/** Annotations to set or, with null, to remove. */
export type AnnotationChanges = Readonly<Record<string, string | null>>;

/**
 * The changes that would change anything: every write to a Cluster wakes its operator (DESIGN §5).
 *
 * @throws {RangeError} If a key is not ours.
 */
export function missingAnnotations(
  wanted: AnnotationChanges,
  present: Readonly<Record<string, string>>,
): AnnotationChanges {
  const foreign = Object.keys(wanted).find((key) => !key.startsWith(ANNOTATION_PREFIX));
  if (foreign !== undefined) {
    throw new RangeError(
      `Cannot annotate the Cluster: expected keys that start with ${ANNOTATION_PREFIX}, found ${foreign}`,
    );
  }
  return Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => (present[key] ?? null) !== value),
  );
}

/** Writes what differs from the newest known annotations; nothing if nothing does. */
export async function annotate(action: Annotate, context: ActContext): Promise<Effect> {
  const { view, latest } = context;
  const present = latest.annotations(view.namespace, view.name) ?? view.annotations;
  const annotations = missingAnnotations(action.annotations, present);
  if (Object.keys(annotations).length === 0) return "already";
  await during(
    `annotating Cluster ${pathOf(context, view.name)}`,
    () =>
      context.writer.patch(CLUSTERS, beside(context, view.name), {
        type: "merge",
        body: { metadata: { uid: view.uid, annotations } },
      }),
  );
  return "written";
}
