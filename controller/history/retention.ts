/**
 * How long which part of the past is kept (PRD Retention Policy), in hours since the Unix epoch.
 *
 * @module
 */

import { HOUR } from "../../lib/units/millis.ts";

/** Samples are kept for so many whole hours. */
export const SAMPLE_HOURS = 24;

/** What is left of an hour is kept for seven days. */
export const AGGREGATE_HOURS = 7 * 24;

/** The hour in which an instant lies. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR);
}

/** The first hour of which samples are kept: the hours before it are aggregated. */
export function firstSampleHour(nowMs: number): number {
  return hourOf(nowMs) - SAMPLE_HOURS;
}

/** The first hour of which anything is kept. */
export function firstHour(nowMs: number): number {
  return hourOf(nowMs) - AGGREGATE_HOURS;
}
