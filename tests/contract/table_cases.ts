/**
 * Contract: what `kubectl get` asks for, tables and bare metadata.
 *
 * @module
 */

import assert from "node:assert/strict";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { ContractCase } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import {
  claim,
  CLUSTER_STORAGE,
  clusterStorage,
  policy,
  STORAGE_EVENT,
  STORAGE_POLICY,
  storageEvent,
} from "./manifests.ts";

/** As kubectl asks, older tables and plain JSON behind. */
const TABLE = {
  accept:
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json",
};

function listOf(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Names and priorities of the columns. */
function columns(table: unknown): string[] {
  return listOf(table, "columnDefinitions").map((column) =>
    `${textAt(column, "name")} ${at(column, "type")} ${at(column, "priority")}`
  );
}

/** Clauses about representations. */
export const TABLE_CASES: readonly ContractCase[] = [
  {
    name: "a list of policies as a table has the columns of the definition",
    async run({ api, namespace, request, path, setStatus }): Promise<void> {
      const spec = { dryRun: true, expansion: { maxSize: "100Gi" } };
      await api.create(STORAGE_POLICY, policy("one", spec), { namespace });
      await setStatus(STORAGE_POLICY, "one", {
        managedClusters: 2,
        conditions: [{ type: "Active", status: "True", message: "It governs 2 clusters" }],
      });
      const table = assertDone(await request("GET", path(STORAGE_POLICY), { headers: TABLE }));
      assert.deepEqual([table["kind"], table["apiVersion"]], ["Table", "meta.k8s.io/v1"]);
      assert.match(textAt(table, "metadata", "resourceVersion"), /^[1-9]\d*$/);
      assert.deepEqual(columns(table), [
        "Name string 0",
        "Active string 0",
        "Conflicting string 0",
        "Clusters integer 0",
        "Dry-Run boolean 0",
        "Max-Size string 0",
        "Message string 1",
        "Age date 0",
      ]);
      const [row, ...more] = listOf(table, "rows");
      assert.deepEqual(more, []);
      const cells = listOf(row, "cells");
      assert.deepEqual(cells.slice(0, -1), [
        "one",
        "True",
        null,
        2,
        true,
        "100Gi",
        "It governs 2 clusters",
      ]);
      assert.match(String(cells.at(-1)), /^\d+s$/);
    },
  },
  {
    name: "rows of a table carry the metadata of their objects, or what is asked for",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const wanted = { undefined: "PartialObjectMetadata", Object: "StoragePolicy" };
      for (const [includeObject, kind] of Object.entries(wanted)) {
        const search = includeObject === "undefined" ? {} : { includeObject };
        const answer = await request("GET", path(STORAGE_POLICY), { headers: TABLE, search });
        const [row] = listOf(assertDone(answer), "rows");
        assert.equal(at(row, "object", "kind"), kind);
        assert.equal(at(row, "object", "metadata", "name"), "one");
      }
      const search = { includeObject: "None" };
      const answer = await request("GET", path(STORAGE_POLICY), { headers: TABLE, search });
      const [row] = listOf(assertDone(answer), "rows");
      assert.equal(at(row, "object") ?? null, null);
    },
  },
  {
    name: "one object as a table is a table of one row",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(STORAGE_EVENT, storageEvent("one"), { namespace });
      const answer = await request("GET", path(STORAGE_EVENT, "one"), { headers: TABLE });
      const table = assertDone(answer);
      assert.equal(table["kind"], "Table");
      const [row, ...more] = listOf(table, "rows");
      assert.deepEqual(more, []);
      assert.deepEqual(listOf(row, "cells").slice(0, -1), [
        "one",
        "pg",
        "expansion",
        null,
        null,
        null,
        null,
        "10Gi",
        "20Gi",
        null,
        null,
      ]);
    },
  },
  {
    name: "a date in a table is an age, of an object that has none it is unknown",
    async run({ api, namespace, request, path, setStatus }): Promise<void> {
      await api.create(CLUSTER_STORAGE, clusterStorage("one"), { namespace });
      await api.create(CLUSTER_STORAGE, clusterStorage("two"), { namespace });
      const hours = 3 * 3_600_000;
      await setStatus(CLUSTER_STORAGE, "one", {
        level: "ok",
        pressurePercent: 40,
        lastUpdated: new Date(Date.now() - hours).toISOString(),
      });
      const table = assertDone(await request("GET", path(CLUSTER_STORAGE), { headers: TABLE }));
      const rows = listOf(table, "rows").map((row) => listOf(row, "cells").slice(0, 7));
      assert.deepEqual(rows, [
        ["one", "ok", 40, null, null, null, "3h"],
        ["two", null, null, null, null, null, null],
      ]);
    },
  },
  {
    name: "an empty table has columns",
    async run({ request, path }): Promise<void> {
      const table = assertDone(await request("GET", path(CLUSTER_STORAGE), { headers: TABLE }));
      assert.deepEqual(listOf(table, "rows"), []);
      assert.equal(columns(table)[0], "Name string 0");
    },
  },
  {
    name: "a table of claims is the server's own",
    async run({ api, namespace, request, path, bindClaim }): Promise<void> {
      await api.create(PERSISTENT_VOLUME_CLAIM, claim("one", "10Gi", "growing"), { namespace });
      await bindClaim("one", "10Gi");
      const answer = await request("GET", path(PERSISTENT_VOLUME_CLAIM), { headers: TABLE });
      const table = assertDone(answer);
      assert.deepEqual(columns(table), [
        "Name string 0",
        "Status string 0",
        "Volume string 0",
        "Capacity string 0",
        "Access Modes string 0",
        "StorageClass string 0",
        "VolumeAttributesClass string 0",
        "Age string 0",
        "VolumeMode string 1",
      ]);
      const cells = listOf(listOf(table, "rows")[0], "cells");
      assert.deepEqual(cells.filter((_, index) => index !== 7), [
        "one",
        "Bound",
        "volume-of-one",
        "10Gi",
        "RWO",
        "growing",
        "<unset>",
        "Filesystem",
      ]);
    },
  },
  {
    name: "a watch as tables tells of rows",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const answer = await request("GET", path(STORAGE_POLICY), {
        headers: TABLE,
        search: { watch: "true", timeoutSeconds: "1", resourceVersion: "0" },
      });
      const event: unknown = JSON.parse(answer.text.split("\n")[0] ?? "");
      assert.equal(at(event, "type"), "ADDED");
      assert.equal(at(event, "object", "kind"), "Table");
      const [row] = listOf(event, "object", "rows");
      assert.equal(listOf(row, "cells")[0], "one");
    },
  },
  {
    name: "bare metadata leaves out spec and status",
    async run({ api, namespace, request, path }): Promise<void> {
      const made = await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const as = (kind: string): Record<string, string> => ({
        accept: `application/json;as=${kind};g=meta.k8s.io;v=v1`,
      });
      const one = assertDone(
        await request("GET", path(STORAGE_POLICY, "one"), { headers: as("PartialObjectMetadata") }),
      );
      assert.deepEqual(one, {
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: made["metadata"],
      });
      const list = assertDone(
        await request("GET", path(STORAGE_POLICY), { headers: as("PartialObjectMetadataList") }),
      );
      assert.equal(list["kind"], "PartialObjectMetadataList");
      assert.deepEqual(at(listOf(list, "items")[0], "metadata"), made["metadata"]);
      assert.equal(at(listOf(list, "items")[0], "spec"), undefined);
    },
  },
  {
    name: "a type that nobody speaks is 406",
    async run({ request, path }): Promise<void> {
      const headers = { accept: "text/plain" };
      assertRefused(await request("GET", path(STORAGE_POLICY), { headers }), {
        code: 406,
        reason: "NotAcceptable",
      });
    },
  },
];
