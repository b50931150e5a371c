/**
 * An observer under a test's control.
 *
 * @module
 */

import assert from "node:assert/strict";
import { PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from "../../../kube/resources.ts";
import { createFakeClock, type FakeClock, settle } from "../../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../../kube/testing/recording_logger.ts";
import { millis } from "../../../lib/units/millis.ts";
import type { ClusterView } from "../../../lib/view/cluster.ts";
import {
  claimObject,
  clusterObject,
  podObject,
  storageClassObject,
} from "../../testing/builders.ts";
import { createFakeWatchApi, type FakeWatchApi } from "../../testing/fake_watch_api.ts";
import { createObserver, type Observer } from "../observer.ts";
import { CLUSTERS } from "../resources.ts";

/** Key of the one cluster. */
export const KEY = "shop/orders";
/** The one pod, as its reports name it. */
export const REPORTER = { namespace: "shop", podName: "orders-1", podUid: "orders-1-pod-uid" };
/** How often agents report. */
export const INTERVAL_MS = 30_000;
/** How long routine expansions wait for CNPG. */
export const BUSY_LIMIT_MS = 900_000;

/** An observer, and everything that it looks at. */
export interface Rig extends AsyncDisposable {
  readonly api: FakeWatchApi;
  readonly clock: FakeClock;
  readonly log: RecordingLogger;
  readonly observer: Observer;
  /** Keys told dirty since the last call. */
  dirty(): readonly string[];
  /** How often policies were told changed since the last call. */
  policyNews(): number;
  view(): ClusterView;
}

/** Starts an observer over a healthy cluster of one instance, and waits until it knows everything. */
export async function startRig(watchNamespaces: readonly string[] = []): Promise<Rig> {
  const api = createFakeWatchApi();
  const clock = createFakeClock();
  const log = createRecordingLogger();
  const observer = createObserver({
    api,
    clock,
    log,
    random: () => 0.5,
    watchNamespaces,
    chartDefaults: {},
    reportIntervalMs: INTERVAL_MS,
    operatorBusyLimitMs: BUSY_LIMIT_MS,
  });
  const marks: string[] = [];
  let news = 0;
  observer.onDirty((key) => marks.push(key));
  observer.onPoliciesChanged(() => news++);
  api.put(CLUSTERS, clusterObject());
  api.put(POD, podObject());
  api.put(PERSISTENT_VOLUME_CLAIM, claimObject());
  api.put(STORAGE_CLASS, storageClassObject());
  const stopping = new AbortController();
  const running = observer.run(stopping.signal);
  await settle();
  return {
    api,
    clock,
    log,
    observer,
    dirty: () => [...new Set(marks.splice(0))],
    policyNews: () => [news, news = 0][0] ?? 0,
    view(): ClusterView {
      const view = observer.view(KEY, millis(clock.now()));
      assert.ok(view !== undefined);
      return view;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
