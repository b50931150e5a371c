/**
 * One cluster as a page of tables.
 *
 * @module
 */

import type { VolumeStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import type { ConditionObject } from "../../lib/event/condition.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import type { ClusterReport, Reading } from "../read/report.ts";
import { ageText, bar, percentText, sizeText, UNKNOWN } from "./amounts.ts";
import { notableConditions } from "./conditions.ts";
import { eventLines, openOperations, operationLines } from "./operations.ts";
import { type Setting, settingsOf } from "./policy.ts";
import { nextText, severityOf, stateOf, stateText, toneOfState } from "./state.ts";
import { type Style, toneOfLevel } from "./style.ts";
import { type Column, tableLines } from "./table.ts";

/** How the page is shown. */
export interface ClusterView {
  readonly headings: boolean;
  /** All conditions and all columns. */
  readonly wide: boolean;
  readonly style: Style;
  readonly nowMs: Millis;
}

/** The lines of the page. */
export function clusterStatusLines(report: ClusterReport, view: ClusterView): string[] {
  const sections = [
    summary(report, view),
    volumeLines(report.storage.status.volumes ?? [], view),
    conditionLines(report.storage.status.conditions ?? [], view),
    section(
      report.events,
      (events) => openOperations(events).length === 0 ? [] : operationLines(events, view),
    ),
    section(report.events, (events) => events.length === 0 ? [] : eventLines(events, view)),
    section(
      report.policies,
      (sources) => sources === undefined ? [] : settingLines(settingsOf(sources), view),
    ),
  ];
  return sections.filter((lines) => lines.length > 0)
    .flatMap((lines, index) => index === 0 ? lines : ["", ...lines]);
}

function summary({ storage, annotations }: ClusterReport, view: ClusterView): string[] {
  const { status } = storage;
  const told = stateOf(status);
  const level = status.level ?? "unknown";
  const none = status.conditions === undefined ? UNKNOWN : "<none>";
  const dryRun = status.policy?.dryRun === true ? " (dry run)" : "";
  return [
    `Cluster:   ${storage.namespace}/${storage.name}`,
    `Level:     ${view.style.paint(toneOfLevel(level), level)}, ` +
    `pressure ${percentText(status.pressurePercent)}`,
    `State:     ${view.style.paint(toneOfState(told.state), stateText(told))}`,
    `Next:      ${nextText(status)}`,
    `Policy:    ${status.policy?.name ?? none}${dryRun}`,
    `Changed:   ${agoOrUnknown(status.lastUpdated, view.nowMs)}`,
    ...annotations.kind === "unread" ? [`Cluster object: ${annotations.message}`] : [],
  ];
}

function volumeLines(volumes: readonly VolumeStatus[], view: ClusterView): string[] {
  if (volumes.length === 0) return ["No volume is known yet."];
  const sorted = [...volumes].sort((first, second) =>
    severityOf(second.level) - severityOf(first.level) ||
    (second.pressurePercent ?? -1) - (first.pressurePercent ?? -1)
  );
  const foretells = volumes.some(({ timeToFull }) => timeToFull !== undefined);
  return tableLines(volumeColumns(view, foretells), sorted, view);
}

function volumeColumns(
  { wide, nowMs }: ClusterView,
  foretells: boolean,
): Column<VolumeStatus>[] {
  return [
    { heading: "INSTANCE", cell: ({ instance }) => instance },
    { heading: "ROLE", cell: ({ role }) => role },
    { heading: "LEVEL", cell: ({ level }) => ({ text: level, tone: toneOfLevel(level) }) },
    {
      heading: "PRESSURE",
      cell: ({ pressurePercent, level }) => ({
        text: `${bar(pressurePercent)} ${percentText(pressurePercent)}`,
        tone: toneOfLevel(level),
      }),
    },
    { heading: "USED", cell: ({ usedPercent }) => percentText(usedPercent) },
    { heading: "FREE", cell: ({ available }) => sizeText(available) },
    { heading: "SIZE", cell: sizeCell },
    ...foretells
      ? [{
        heading: "FULL-IN",
        cell: ({ timeToFull }: VolumeStatus): string => timeToFull ?? UNKNOWN,
      }]
      : [],
    ...wide
      ? [
        { heading: "SOURCE", cell: ({ source }: VolumeStatus): string => source ?? UNKNOWN },
        {
          heading: "SAMPLE",
          cell: ({ lastSampleTime }: VolumeStatus): string => ageText(lastSampleTime, nowMs),
        },
        { heading: "CLAIM", cell: ({ claim }: VolumeStatus): string => claim },
        { heading: "REASON", cell: ({ reason }: VolumeStatus): string => reason ?? "" },
        { heading: "MESSAGE", cell: ({ message }: VolumeStatus): string => message ?? "" },
      ]
      : [],
  ];
}

/** A claim that asks for more than it has is growing, or stuck. One that has more than it asks for is neither. */
function sizeCell({ capacity, requested }: VolumeStatus): string {
  const size = sizeText(capacity);
  const isShort = capacity === undefined || parseBytes(capacity) < parseBytes(requested);
  return isShort ? `${size} -> ${sizeText(requested)}` : size;
}

function conditionLines(conditions: readonly ConditionObject[], view: ClusterView): string[] {
  const shown = view.wide ? conditions : notableConditions(conditions);
  if (shown.length === 0) return [];
  return tableLines(
    [
      { heading: "CONDITION", cell: ({ type }) => type },
      { heading: "STATUS", cell: ({ status }) => status },
      { heading: "REASON", cell: ({ reason }) => reason ?? "" },
      {
        heading: "SINCE",
        cell: ({ lastTransitionTime }) => ageText(lastTransitionTime, view.nowMs),
      },
      { heading: "MESSAGE", cell: ({ message }) => message ?? "" },
    ],
    shown,
    view,
  );
}

function settingLines(settings: readonly Setting[], view: ClusterView): string[] {
  if (settings.length === 0) return ["Settings: the manager's defaults, the policy names none."];
  return tableLines(
    [
      { heading: "SETTING", cell: ({ path }) => path },
      { heading: "VALUE", cell: ({ value }) => value },
      { heading: "FROM", cell: ({ origin }) => origin },
    ],
    settings,
    view,
  );
}

/** What could not be read is told where it would have stood. */
function section<Value>(reading: Reading<Value>, lines: (value: Value) => string[]): string[] {
  return reading.kind === "read" ? lines(reading.value) : [`(${reading.message})`];
}

function agoOrUnknown(timestamp: string | undefined, nowMs: Millis): string {
  const age = ageText(timestamp, nowMs);
  return age === UNKNOWN ? age : `${age} ago`;
}
