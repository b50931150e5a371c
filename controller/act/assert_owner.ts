/**
 * Whether the Cluster still is that a record is to belong to.
 *
 * @module
 */

import type { ClusterView } from "../../lib/view/cluster.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import { readMetadata } from "../observe/metadata.ts";
import { CLUSTERS } from "../observe/resources.ts";
import { answerOf, during, StaleError } from "./failure.ts";
import type { Writer } from "./writer.ts";

/**
 * Asks the API server for the Cluster of a view. A record of one that is gone is collected as soon as it is made, and
 * its removal is news that has it made again: until a watch that went deaf is noticed, without an end.
 *
 * @throws {StaleError} If the Cluster is gone, or another one bears its name.
 */
export async function assertOwner(view: ClusterView, writer: Pick<Writer, "get">): Promise<void> {
  const { namespace, name, uid } = view;
  const found = await during(`looking for Cluster ${objectKey(view)}`, async () => {
    try {
      const object = await writer.get(CLUSTERS, { namespace, name });
      return readMetadata(CLUSTERS.kind, object).record.uid;
    } catch (error) {
      if (answerOf(error)?.code === 404) return "none";
      throw error;
    }
  });
  if (found === uid) return;
  throw new StaleError(
    `Cannot record anything of Cluster ${
      objectKey(view)
    }: expected it to be ${uid}, found ${found}`,
  );
}
