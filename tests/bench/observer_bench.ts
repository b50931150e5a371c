/**
 * The view of one cluster among a hundred, as each reconciliation and each report builds it.
 *
 * @module
 */

import { createObserver, type Observer } from "../../controller/observe/observer.ts";
import { CLUSTERS } from "../../controller/observe/resources.ts";
import {
  claimObject,
  clusterObject,
  podObject,
  reportOf,
  storageClassObject,
} from "../../controller/testing/builders.ts";
import { createFakeWatchApi, type FakeWatchApi } from "../../controller/testing/fake_watch_api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from "../../kube/resources.ts";
import { createFakeClock, settle } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import { millis } from "../../lib/units/millis.ts";

const CLUSTER_COUNT = 100;
const NAMESPACE = "shop";

const clock = createFakeClock();
const { observer, stop } = await observeMany();
const now = millis(clock.now());

Deno.bench("observer.view() of a cluster of 3 instances and 6 volumes", () => {
  observer.view(`${NAMESPACE}/pg-50`, now);
});

Deno.bench("observer.takeReport() of 2 volumes", () => {
  takeReport(observer, "pg-50-1");
});

globalThis.addEventListener("unload", stop);

async function observeMany(): Promise<{ readonly observer: Observer; stop(): void }> {
  const api = createFakeWatchApi();
  const observer = createObserver({
    api,
    clock,
    random: Math.random,
    log: createRecordingLogger(),
    watchNamespaces: [],
    chartDefaults: {},
    reportIntervalMs: 30_000,
    operatorBusyLimitMs: 900_000,
  });
  api.put(STORAGE_CLASS, storageClassObject());
  const instances = Array.from(
    { length: CLUSTER_COUNT },
    (_, index) => putCluster(api, `pg-${index}`),
  );
  const stopping = new AbortController();
  observer.run(stopping.signal);
  await settle();
  for (const instance of instances.flat()) takeReport(observer, instance);
  return { observer, stop: () => stopping.abort() };
}

function putCluster(api: FakeWatchApi, clusterName: string): readonly string[] {
  const clusterUid = `${clusterName}-uid`;
  const instanceNames = [1, 2, 3].map((serial) => `${clusterName}-${serial}`);
  api.put(
    CLUSTERS,
    clusterObject({ name: clusterName, uid: clusterUid, walSize: "10Gi", instanceNames }),
  );
  for (const instance of instanceNames) {
    const owner = { clusterName, clusterUid, instance };
    const claimNames = [instance, `${instance}-wal`];
    api.put(POD, podObject({ ...owner, uid: `${instance}-uid`, claimNames }));
    for (const role of ["data", "wal"]) {
      api.put(PERSISTENT_VOLUME_CLAIM, claimObject({ ...owner, uid: `${instance}-${role}`, role }));
    }
  }
  return instanceNames;
}

function takeReport(observer: Observer, podName: string): void {
  const pod = { namespace: NAMESPACE, podName, podUid: `${podName}-uid` };
  observer.takeReport(pod, reportOf([{ role: "data" }, { role: "wal" }]));
}
