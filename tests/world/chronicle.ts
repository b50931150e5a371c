/**
 * What happened in a world, one line each: who wrote what, and what befell whom.
 *
 * @module
 */

import { isJsonObject } from "../../kube/json.ts";
import type { AuditRecord } from "../../sim/api_server/api_server.ts";
import type { World } from "../../sim/mod.ts";

/** Lines of a chronicle: the latest count where there are more. */
const LINES_MAX = 2_000;

const PATCH_LENGTH_MAX = 600;

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;

/** Starts a chronicle of all writes and events; the function returned gives its lines. */
export function createChronicle(world: World, manager: string): () => readonly string[] {
  const startMs = world.clock.now();
  const lines: (() => string)[] = [];
  function write(nowMs: number, text: () => string): void {
    lines.push(() => `${timeOf(nowMs - startMs)} ${text()}`);
    if (lines.length > LINES_MAX) lines.shift();
  }
  world.onEvent((label, nowMs) => write(nowMs, () => `--- ${label}`));
  world.server.audit((record) => {
    if (!isTold(record)) return;
    write(record.atMs, () => lineOf(record, manager));
  });
  return () => lines.map((line) => line());
}

function isTold({ verb, resource, user }: AuditRecord): boolean {
  if (verb === "get" || verb === "list" || verb === "watch") return false;
  return resource.plural !== "tokenreviews" && !user.endsWith("kube-scheduler");
}

function timeOf(elapsedMs: number): string {
  const seconds = elapsedMs / MS_PER_SECOND;
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE);
  return `${minutes}:${(seconds - minutes * SECONDS_PER_MINUTE).toFixed(3).padStart(6, "0")}`;
}

function lineOf(record: AuditRecord, manager: string): string {
  const { user, verb, resource, subresource, name, dryRun, patch, error } = record;
  const who = user === manager ? "MANAGER" : user.slice(user.lastIndexOf(":") + 1);
  const what = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
  const body = patch?.body ?? (verb === "create" ? created(record) : undefined);
  const detail = body === undefined ? "" : ` ${JSON.stringify(body).slice(0, PATCH_LENGTH_MAX)}`;
  const outcome = error === undefined ? "" : ` => ${error.code} ${error.message}`;
  return `${who} ${dryRun ? "(dry run) " : ""}${verb} ${what} ${name.name}${detail}${outcome}`;
}

function created({ after }: AuditRecord): unknown {
  return isJsonObject(after) ? after["spec"] : undefined;
}
