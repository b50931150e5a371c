/**
 * Clusters as a table, the most pressing one first.
 *
 * @module
 */

import type { ClusterStorage } from "../../lib/cluster_storage/cluster_storage.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { ageText, percentText, sizeText, UNKNOWN } from "./amounts.ts";
import {
  fullestOf,
  nextText,
  severityOf,
  stateOf,
  stateText,
  toneOfState,
  volumeName,
} from "./state.ts";
import { type Style, toneOfLevel } from "./style.ts";
import { type Column, tableLines } from "./table.ts";

/** How the table is shown. */
export interface ListView {
  readonly namespaces: boolean;
  readonly headings: boolean;
  readonly wide: boolean;
  readonly style: Style;
  readonly nowMs: Millis;
}

/** Most pressing level first, then highest pressure, then by name. */
export function worstFirst(storages: readonly ClusterStorage[]): ClusterStorage[] {
  return [...storages].sort((first, second) =>
    severityOf(second.status.level) - severityOf(first.status.level) ||
    (second.status.pressurePercent ?? -1) - (first.status.pressurePercent ?? -1) ||
    compare(first.namespace, second.namespace) || compare(first.name, second.name)
  );
}

/** The lines of the table. */
export function storageListLines(storages: readonly ClusterStorage[], view: ListView): string[] {
  const columns = [
    ...view.namespaces ? [NAMESPACE] : [],
    ...COLUMNS,
    ...view.wide ? WIDE_COLUMNS : [],
    ...view.wide ? [ageColumn(view.nowMs), NEXT_ACTION] : [],
  ];
  return tableLines(columns, worstFirst(storages), view);
}

const NAMESPACE: Column<ClusterStorage> = {
  heading: "NAMESPACE",
  cell: ({ namespace }) => namespace,
};

/** With what a terminal of eighty columns shows in one line, the longest words last. */
const COLUMNS: readonly Column<ClusterStorage>[] = [
  { heading: "CLUSTER", cell: ({ name }) => name },
  {
    heading: "LEVEL",
    cell({ status }): { text: string; tone: ReturnType<typeof toneOfLevel> } {
      const level = status.level ?? "unknown";
      return { text: level, tone: toneOfLevel(level) };
    },
  },
  { heading: "PRESSURE", cell: ({ status }) => percentText(status.pressurePercent) },
  {
    heading: "FULLEST",
    cell({ status }): string {
      const fullest = fullestOf(status.volumes);
      return fullest === undefined ? "" : volumeName(fullest);
    },
  },
  { heading: "FREE", cell: ({ status }) => sizeText(fullestOf(status.volumes)?.available) },
  { heading: "SIZE", cell: ({ status }) => sizeText(fullestOf(status.volumes)?.capacity) },
  {
    heading: "STATE",
    cell({ status }): { text: string; tone: ReturnType<typeof toneOfState> } {
      const told = stateOf(status);
      return { text: stateText(told), tone: toneOfState(told.state) };
    },
  },
];

const WIDE_COLUMNS: readonly Column<ClusterStorage>[] = [
  { heading: "USED", cell: ({ status }) => percentText(fullestOf(status.volumes)?.usedPercent) },
  {
    heading: "SOURCE",
    cell: ({ status }) => fullestOf(status.volumes)?.source ?? UNKNOWN,
  },
  { heading: "POLICY", cell: ({ status }) => status.policy?.name ?? "" },
  { heading: "VOLUMES", cell: ({ status }) => String(status.volumes?.length ?? 0) },
];

const NEXT_ACTION: Column<ClusterStorage> = {
  heading: "NEXT-ACTION",
  cell: ({ status }) => nextText(status),
};

function ageColumn(nowMs: Millis): Column<ClusterStorage> {
  return { heading: "CHANGED", cell: ({ status }) => ageText(status.lastUpdated, nowMs) };
}

/** By code unit: the same order everywhere. */
function compare(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
