/**
 * One cluster in sentences: what is, what is done about it or why nothing is, what would have to change, and what
 * happened lately. The words are those of conditions and StorageEvents.
 *
 * @module
 */

import type { Event } from "../../lib/event/event.ts";
import { NOTHING_TO_DO } from "../../lib/explain/explain.ts";
import { isReason, REASONS } from "../../lib/explain/reasons.ts";
import { ANNOTATION } from "../../lib/policy/annotation_keys.ts";
import type { Millis } from "../../lib/units/millis.ts";
import type { ClusterReport, Reading } from "../read/report.ts";
import { agoOf, forText } from "./amounts.ts";
import { conditionOf, notableConditions, reasonOf } from "./conditions.ts";
import {
  eventSentence,
  goalOf,
  openOperations,
  progressText,
  recentEvents,
  sentence,
} from "./operations.ts";
import { settingsOf } from "./policy.ts";
import { holdOf } from "./hold.ts";
import { remediesOf } from "./remedies.ts";
import { situationSentences } from "./situation.ts";

/** One part of the explanation. */
export interface Paragraph {
  readonly heading: string;
  readonly sentences: readonly string[];
}

/** Explains a report, most important first. Parts with nothing to tell are left out. */
export function explainCluster(report: ClusterReport, nowMs: Millis): Paragraph[] {
  const { storage } = report;
  const paragraphs = [
    { heading: "What is", sentences: situationSentences(storage, nowMs) },
    { heading: "What is done", sentences: activity(report, nowMs) },
    { heading: "What stands out", sentences: conditions(report, nowMs) },
    { heading: "What would have to change", sentences: changes(report) },
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

function activity({ storage, events }: ClusterReport, nowMs: Millis): string[] {
  const { nextAction, lastUpdated } = storage.status;
  const operations = told(
    events,
    (read) => openOperations(read).flatMap((event) => describeOperation(event, nowMs)),
  );
  if (nextAction === undefined) return [...operations, "What comes next is not recorded yet."];
  if (nextAction === NOTHING_TO_DO) {
    return operations.length === 0 ? [`${NOTHING_TO_DO}.`] : operations;
  }
  const when = agoOf(lastUpdated, nowMs) ?? "last";
  return [...operations, sentence(`The manager said ${when}: ${nextAction}`)];
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

function conditions({ storage, events, annotations }: ClusterReport, nowMs: Millis): string[] {
  const hold = holdOf(storage.status);
  const isShown = events.kind === "read" && openOperations(events.value).length > 0;
  // What is done, and what holds it back, has been told.
  const untold = notableConditions(storage.status.conditions ?? []).filter(({ type, reason }) =>
    (hold === undefined || reason !== hold) && !(type === "Expanding" && isShown)
  );
  const sentences = untold.map((condition) => {
    const { type, status, reason = "", message = "", lastTransitionTime } = condition;
    const meaning = isReason(reason) ? REASONS[reason] : "";
    const why = message === "" ? meaning : sentence(`${message} (${reason})`);
    return `${type} is ${status}${forText(lastTransitionTime, nowMs)}: ${why}`;
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

function changes(report: ClusterReport): string[] {
  const remedies = remediesOf(report);
  if (remedies.length > 0) {
    return remedies.flatMap(({ change, reason, command }) => [
      `${reason}: ${change}`,
      `    ${command}`,
    ]);
  }
  const reason = holdOf(report.storage.status);
  return reason === undefined
    ? []
    : [`${reason}: ${REASONS[reason]} Nobody has to do anything: it goes on by itself.`];
}

function policy({ storage, policies }: ClusterReport): string[] {
  const governing = storage.status.policy;
  if (governing === undefined || governing === null) {
    // The API server drops null: only the condition tells "none" from "not recorded".
    const reason = reasonOf(conditionOf(storage.status, "Managed"));
    return [reason === undefined ? "Which one is not recorded yet." : REASONS[reason]];
  }
  const mode = governing.dryRun === true ? " as a dry run" : "";
  return [
    `StoragePolicy ${storage.namespace}/${governing.name} governs the cluster${mode}.`,
    ...told(policies, (sources) => {
      if (sources === undefined) return [];
      const settings = settingsOf(sources);
      if (settings.length === 0) return ["It names no settings: the manager's defaults apply."];
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
