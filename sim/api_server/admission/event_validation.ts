/**
 * Validates Events of `events.k8s.io` (`pkg/apis/core/validation/events.go`).
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import type { JsonObject } from "../../../kube/api.ts";
import { NOTE_BYTES_MAX } from "../../../kube/event_object.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { EVENT } from "../../../kube/resources.ts";
import type { AdmissionRequest } from "../api_server.ts";
import { groupKind } from "../refusals.ts";
import {
  type FieldError,
  invalidObject,
  invalidValue,
  requiredValue,
} from "../schema/field_error.ts";
import { checkMicroTimes } from "./micro_time.ts";

const WORD_LENGTH_MAX = 128;
const TYPES: readonly unknown[] = ["Normal", "Warning"];
const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** What an Event has said; only its series goes on. */
const FIXED_FIELDS = [
  "eventTime",
  "regarding",
  "related",
  "reason",
  "action",
  "note",
  "type",
  "reportingController",
  "reportingInstance",
] as const;

/** Refuses Events that are incomplete, and changes of what they have said. */
export function validateEvent({ resource, object, previous, name }: AdmissionRequest): void {
  if (resource.plural !== EVENT.plural || resource.group !== EVENT.group) return;
  if (object === undefined) return;
  checkMicroTimes("Event", [object["eventTime"], seriesOf(object)?.["lastObservedTime"]]);
  const errors = [
    ...(previous === undefined ? contentErrors(object) : changeErrors(object, previous)),
    ...seriesErrors(object),
  ];
  if (errors.length > 0) throw invalidObject(groupKind(resource), name.name, errors);
}

function contentErrors(event: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  if (event["eventTime"] === undefined || event["eventTime"] === null) {
    errors.push(requiredValue("eventTime"));
  }
  const controller = event["reportingController"];
  if (typeof controller !== "string" || controller === "") {
    errors.push(requiredValue("reportingController"));
  } else if (!QUALIFIED_NAME.test(controller)) {
    errors.push(invalidValue("reportingController", controller, "must be a qualified name"));
  }
  for (const field of ["reportingInstance", "action", "reason"]) {
    errors.push(...wordErrors(event, field));
  }
  const note = event["note"];
  if (typeof note === "string" && new TextEncoder().encode(note).length > NOTE_BYTES_MAX) {
    errors.push(invalidValue("message", "", `can have at most ${NOTE_BYTES_MAX} characters`));
  }
  const type = event["type"];
  if (!TYPES.includes(type)) {
    errors.push(invalidValue("type", "", `has invalid value: ${String(type)}`));
  }
  return errors;
}

function wordErrors(event: JsonObject, field: string): FieldError[] {
  const word = event[field];
  if (typeof word !== "string" || word === "") return [requiredValue(field)];
  if (word.length <= WORD_LENGTH_MAX) return [];
  return [invalidValue(field, "", `can have at most ${WORD_LENGTH_MAX} characters`)];
}

function changeErrors(event: JsonObject, previous: JsonObject): FieldError[] {
  return FIXED_FIELDS
    .filter((field) => !isDeepStrictEqual(event[field], previous[field]))
    .map((field) => invalidValue(field, event[field] ?? null, "field is immutable"));
}

function seriesErrors(event: JsonObject): FieldError[] {
  const series = seriesOf(event);
  if (series === undefined) return [];
  const count = series["count"];
  const errors: FieldError[] = [];
  if (typeof count !== "number" || count < 2) {
    errors.push(invalidValue("series.count", "", "should be at least 2"));
  }
  if (series["lastObservedTime"] === undefined) {
    errors.push(requiredValue("series.lastObservedTime"));
  }
  return errors;
}

function seriesOf(event: JsonObject): JsonObject | undefined {
  return isJsonObject(event["series"]) ? event["series"] : undefined;
}
