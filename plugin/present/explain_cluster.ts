/**
 * One cluster in sentences: what is, what is done about it or why nothing is, what would have to change, and what
 * happened lately. The words are those of conditions and StorageEvents.
 *
 * @module
 */

import type { ClusterStorage, VolumeStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import type { Event } from "../../lib/event/event.ts";
import { NOTHING_TO_DO } from "../../lib/explain/explain.ts";
import { isReason, type Reason, REASONS } from "../../lib/explain/reasons.ts";
import { ANNOTATION } from "../../lib/policy/annotation_keys.ts";
import type { Millis } from "../../lib/units/millis.ts";
import type { ClusterReport, Reading } from "../read/report.ts";
import { ageText, percentText, sizeText } from "./amounts.ts";
import { notableConditions } from "./cluster_status.ts";
import {
  eventSentence,
  goalOf,
  openOperations,
  progressText,
  recentEvents,
  sentence,
} from "./operations.ts";
import { settingsOf } from "./policy.ts";
import { type Remedy, remedyOf } from "./remedy.ts";
import { fullestOf, holdOf, stateOf } from "./state.ts";

/** One part of the explanation. */
export interface Paragraph {
  readonly heading: string;
  readonly sentences: readonly string[];
}

/** Explains a report, most important first. Parts with nothing to tell are left out. */
export function explainCluster(report: ClusterReport, nowMs: Millis): Paragraph[] {
  const { storage } = report;
  const paragraphs = [
    { heading: "What is", sentences: situation(storage, nowMs) },
    { heading: "What is done", sentences: activity(report, nowMs) },
    { heading: "What stands out", sentences: conditions(report, nowMs) },
    { heading: "What would have to change", sentences: changes(storage) },
    { heading: "Which policy governs", sentences: policy(report) },
    {
      heading: "What happened lately",
      sentences: told(
        report.events,
        (events) =>
          events.length === 0
            ? ["No StorageEvent is recorded."]
            : recentEvents(events).map((event) => eventSentence(event, nowMs)),
      ),
    },
  ];
  return paragraphs.filter(({ sentences }) => sentences.length > 0);
}

/** Remedies of what stands in the way, the most telling first, each command once. */
export function remediesOf(storage: ClusterStorage): (Remedy & { readonly reason: Reason })[] {
  const { status } = storage;
  const reasons = [
    stateOf(status).reason,
    holdOf(status),
    ...notableConditions(status.conditions ?? []).map(({ reason }) => reason),
  ];
  const remedies = [...new Set(reasons)].flatMap((reason) => {
    if (reason === undefined || !isReason(reason)) return [];
    const remedy = remedyOf(reason, storage);
    return remedy === undefined ? [] : [{ ...remedy, reason }];
  });
  return remedies.filter(({ command }, index) =>
    remedies.findIndex((other) => other.command === command) === index
  );
}

function situation({ namespace, name, status }: ClusterStorage, nowMs: Millis): string[] {
  const fullest = fullestOf(status.volumes);
  const level = status.level ?? "unknown";
  return [
    `Cluster ${namespace}/${name} is at level ${level}.`,
    fullest === undefined ? "No volume is known yet." : describeVolume(fullest, nowMs),
    ...(status.volumes ?? []).filter((volume) =>
      volume !== fullest && volume.level !== "ok" && volume.level !== "unknown"
    ).map((volume) => describeVolume(volume, nowMs)),
    ...status.lastUpdated === undefined
      ? []
      : [`Its status last changed ${ageText(status.lastUpdated, nowMs)} ago.`],
  ];
}

function describeVolume(volume: VolumeStatus, nowMs: Millis): string {
  const { instance, role, usedPercent, pressurePercent, level } = volume;
  const why = volume.reason === undefined
    ? ""
    : ` (${volume.reason}${volume.message === undefined ? "" : `: ${volume.message}`})`;
  if (pressurePercent === undefined) {
    return `The ${role} volume of ${instance} is not measured${why}.`;
  }
  return `The ${role} volume of ${instance} is at level ${level}${why}: ` +
    `${percentText(usedPercent)} of ${sizeText(volume.capacity)} used, ` +
    `${sizeText(volume.available)} free, pressure ${percentText(pressurePercent)}, ` +
    `measured ${ageText(volume.lastSampleTime, nowMs)} ago by ${volume.source ?? "nobody"}.`;
}

function activity({ storage, events }: ClusterReport, nowMs: Millis): string[] {
  const next = storage.status.nextAction;
  const operations = told(
    events,
    (read) => openOperations(read).flatMap((event) => describeOperation(event, nowMs)),
  );
  const says = next === undefined || next === NOTHING_TO_DO
    ? `${NOTHING_TO_DO}.`
    : sentence(`The manager says: ${next}`);
  return [...operations, says];
}

function describeOperation(event: Event, nowMs: Millis): string[] {
  const progress = event.status.volumes.map((volume) => progressText(event, volume, nowMs));
  return [
    sentence(
      `StorageEvent ${event.name} is under way: ${goalOf(event)}, ` +
        `because ${event.message} (${event.reason})`,
    ),
    ...progress.length === 0 ? [] : [`Of its volumes, ${progress.join("; ")}.`],
  ];
}

function conditions({ storage, annotations }: ClusterReport, nowMs: Millis): string[] {
  const sentences = notableConditions(storage.status.conditions ?? []).map((condition) => {
    const { type, status, reason = "", message = "", lastTransitionTime } = condition;
    const since = lastTransitionTime === undefined
      ? ""
      : ` for ${ageText(lastTransitionTime, nowMs)}`;
    const meaning = isReason(reason) ? ` ${REASONS[reason]}` : "";
    return `${type} is ${status}${since}: ${sentence(`${message} (${reason})`)}${meaning}`;
  });
  return [
    ...sentences,
    ...told(annotations, (read) => {
      const reason = read[ANNOTATION.pauseReason];
      const until = read[ANNOTATION.pauseUntil];
      if (read[ANNOTATION.paused] === undefined) return [];
      return [
        `The Cluster's annotations pause it${reason === undefined ? "" : `, saying "${reason}"`}` +
        `${until === undefined ? ", without an end" : `, until ${until}`}.`,
      ];
    }),
  ];
}

function changes(storage: ClusterStorage): string[] {
  const remedies = remediesOf(storage);
  if (remedies.length > 0) {
    return remedies.flatMap(({ change, reason, command }) => [
      `${reason}: ${change}`,
      `    ${command}`,
    ]);
  }
  const reason = holdOf(storage.status);
  return reason === undefined
    ? []
    : [`${reason}: ${REASONS[reason]} Nobody has to do anything: it goes on by itself.`];
}

function policy({ storage, policies }: ClusterReport): string[] {
  const governing = storage.status.policy;
  if (governing === undefined) return ["Which one is not recorded yet."];
  if (governing === null) return [REASONS.NoPolicy];
  const mode = governing.dryRun === true ? " as a dry run" : "";
  return [
    `StoragePolicy ${storage.namespace}/${governing.name} governs the cluster${mode}.`,
    ...told(policies, (sources) => {
      if (sources === undefined) return [];
      const settings = settingsOf(sources);
      return [
        ...settings.map(({ path, value, origin }) => `${path} is ${value} (${origin}).`),
        "Settings that are not named here are the manager's defaults.",
      ];
    }),
  ];
}

function told<Value>(reading: Reading<Value>, sentences: (value: Value) => string[]): string[] {
  return reading.kind === "read"
    ? sentences(reading.value)
    : [sentence(`Not known: ${reading.message}`)];
}
