/**
 * Raises the size in the Cluster's spec, once the volumes have it (DESIGN §5, `cnpg.md` §5).
 *
 * The Cluster is read anew for every write-back: it is rare, never urgent, and CNPG's spec must never be
 * lowered by an old picture of it.
 *
 * @module
 */

import type { WriteBackSize } from "../../lib/decide/plan.ts";
import { CLUSTERS } from "../observe/resources.ts";
import { type ClusterRecord, projectCluster } from "../observe/project_cluster.ts";
import { sizeWrittenBack, writeBackRefused } from "./announce.ts";
import { type ActContext, beside, pathOf } from "./context.ts";
import { answerOf, classify, during, RefusedError, StaleError } from "./failure.ts";
import type { Effect } from "./outcome.ts";
import { specPatch } from "./spec_patch.ts";
import { withWriteBack } from "./with_progress.ts";

/**
 * Writes the size back and records that in the operation's event.
 *
 * @throws {StaleError} If the Cluster declares its size in another way than was decided about.
 * @throws {RefusedError} If the API server refused the size for good; the event says so then.
 */
export async function writeBack(action: WriteBackSize, context: ActContext): Promise<Effect> {
  context.ledger.read(action.eventName);
  const cluster = await readCluster(context);
  const effect = isDeclared(action, cluster, context)
    ? "already"
    : await patchSpec(action, cluster, context);
  if (effect === "written") context.announce(sizeWrittenBack(context.view, action));
  const recorded = await context.ledger.change(
    action.eventName,
    (status) => withWriteBack(status, { state: "done" }),
  );
  return effect === "written" ? effect : recorded;
}

/** Whether the spec declares the size or more. */
function isDeclared(action: WriteBackSize, cluster: ClusterRecord, context: ActContext): boolean {
  const problem = staleness(action, cluster, context);
  if (problem !== undefined) {
    throw new StaleError(
      `Cannot write back to Cluster ${pathOf(context, cluster.name)}: ${problem}`,
    );
  }
  const declared = cluster.declaredSizes.find(({ role }) => role === action.role);
  return declared !== undefined && declared.sizeBytes >= action.toBytes;
}

function staleness(
  action: WriteBackSize,
  cluster: ClusterRecord,
  context: ActContext,
): string | undefined {
  if (cluster.uid !== context.view.uid) return "it is another Cluster of the same name";
  if (cluster.deleting) return "it is being deleted";
  const declared = cluster.declaredSizes.find(({ role }) => role === action.role);
  if (declared === undefined) return `it declares no size for ${action.role}`;
  if (declared.field !== action.field || declared.tablespaceIndex !== action.tablespaceIndex) {
    return `it declares the size for ${action.role} in another field`;
  }
  return undefined;
}

async function patchSpec(
  action: WriteBackSize,
  cluster: ClusterRecord,
  context: ActContext,
): Promise<Effect> {
  const path = pathOf(context, cluster.name);
  try {
    await during(
      `writing the size of ${action.role} back to Cluster ${path}`,
      () =>
        context.writer.patch(
          CLUSTERS,
          beside(context, cluster.name),
          specPatch(action, cluster.resourceVersion),
        ),
    );
    return "written";
  } catch (error) {
    const answer = answerOf(error);
    if (answer === undefined || classify(error).kind !== "refused") throw error;
    await assertUnchanged(cluster, context);
    context.announce(writeBackRefused(context.view, action, answer.message));
    await context.ledger.change(
      action.eventName,
      (status) => withWriteBack(status, { state: "failed", message: answer.message }),
    );
    throw new RefusedError("WriteBackRefused", answer.message, { cause: error });
  }
}

/** A list that somebody else changed fails a JSON patch with 422, which looks like a refusal and is none. */
async function assertUnchanged(cluster: ClusterRecord, context: ActContext): Promise<void> {
  const now = await readCluster(context);
  if (now.resourceVersion === cluster.resourceVersion) return;
  throw new StaleError(
    `Cannot write back to Cluster ${pathOf(context, cluster.name)}: it was changed meanwhile`,
  );
}

async function readCluster(context: ActContext): Promise<ClusterRecord> {
  const { name } = context.view;
  return await during(`reading Cluster ${pathOf(context, name)}`, async () => {
    const object = await context.writer.get(CLUSTERS, beside(context, name));
    context.fold(CLUSTERS, object);
    return projectCluster(object);
  });
}
