/**
 * What holds once faults have ceased and time has passed: nothing is left undone that could be done, and
 * whatever is not done has a reason that somebody is told (DESIGN §1: never late, never silent).
 *
 * @module
 */

import type { Announcement } from "../../../controller/act/announce.ts";
import { projectCluster } from "../../../controller/observe/project_cluster.ts";
import { CLUSTERS } from "../../../controller/observe/resources.ts";
import type { World } from "../../../sim/mod.ts";
import type { ClusterEnd } from "./cluster_end.ts";
import type { Truth } from "../truth.ts";
import { judgeOperations } from "./judge_operations.ts";
import { judgePicture } from "./judge_picture.ts";
import { judgeRelief } from "./judge_relief.ts";
import { judgeTelling } from "./judge_telling.ts";
import type { StoredEvents } from "./stored_events.ts";
import type { Violation } from "./violation.ts";

/** A world at its end. */
export interface End {
  readonly world: World;
  readonly truth: Truth;
  readonly events: StoredEvents;
  readonly announcements: readonly Announcement[];
}

/** Judges a world at its end. */
export function judgeEnd(end: End): readonly Violation[] {
  return clusterEnds(end).flatMap((cluster) =>
    [judgeOperations, judgePicture, judgeRelief, judgeTelling].flatMap((judge) => judge(cluster))
  );
}

/** The clusters that live; what was deleted is nobody's concern any more. */
export function clusterEnds({ world, truth, events, announcements }: End): ClusterEnd[] {
  return truth.clusters.flatMap((known): ClusterEnd[] => {
    const { namespace, name, uid } = known.cluster;
    const object = world.server.find(CLUSTERS, { namespace, name });
    if (object === undefined) return [];
    const record = projectCluster(object);
    if (record.deleting || record.uid !== uid) return [];
    return [{
      server: world.server,
      truth: known,
      record,
      events: events.of(uid),
      told: announcements.filter(({ regarding, type }) =>
        type === "Warning" && regarding.namespace === namespace &&
        (regarding.name === name || regarding.name.startsWith(`${name}-`))
      ),
      nowMs: world.clock.now(),
    }];
  });
}
