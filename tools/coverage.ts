/**
 * Line coverage per room, from the LCOV report of `deno coverage`.
 *
 * @module
 */

import ts from "typescript";
import { isTestSource, roomOf, type Source } from "./source.ts";
import { parse } from "./syntax.ts";

/** The rooms whose coverage counts (PRD Quality Gates: core components). */
export const COVERED_ROOMS: readonly string[] = ["lib", "kube", "agent", "controller", "plugin"];

/** Least share of lines in percent (PRD Quality Gates: "> 85 %"). */
export const COVERAGE_PERCENT_MIN = 85;

/** Lines that could run and lines that did. */
export interface Coverage {
  /** A file, or a room. */
  readonly path: string;
  readonly linesFound: number;
  readonly linesHit: number;
}

/** Reads an LCOV report; paths are made relative to `root`, files outside it are left out. */
export function parseLcov(lcov: string, root: string): Coverage[] {
  return lcov.split("end_of_record").flatMap((record) => {
    const path = /^SF:(.*)$/m.exec(record)?.[1];
    if (path === undefined || !path.startsWith(`${root}/`)) return [];
    const linesFound = Number(/^LF:(\d+)$/m.exec(record)?.[1] ?? 0);
    const linesHit = Number(/^LH:(\d+)$/m.exec(record)?.[1] ?? 0);
    return [{ path: path.slice(root.length + 1), linesFound, linesHit }];
  });
}

/**
 * Files that no test has loaded. The report does not know them, so they would raise the figure by being
 * untested; their lines count as not hit. Files that only declare types have no such lines.
 */
export function findUnloaded(sources: readonly Source[], loaded: readonly Coverage[]): Coverage[] {
  const known = new Set(loaded.map(({ path }) => path));
  return sources
    .filter(({ path }) => COVERED_ROOMS.includes(roomOf(path)))
    .filter(({ path }) => !isTestSource(path) && !known.has(path))
    .map((source) => ({
      path: source.path,
      linesFound: countRunnableLines(source),
      linesHit: 0,
    }))
    .filter(({ linesFound }) => linesFound > 0);
}

/** Lines of statements that exist at run time, without blank lines and whole-line comments. */
export function countRunnableLines(source: Source): number {
  return parse(source).statements
    .filter((statement) => !isErased(statement))
    .flatMap((statement) => statement.getText().split("\n"))
    .filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line))
    .length;
}

function isErased(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) ?? [] : [];
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) return true;
  return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ||
    ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
}

/** Coverage summed per room, in the order of {@link COVERED_ROOMS}; rooms without lines are left out. */
export function coverageByRoom(files: readonly Coverage[]): Coverage[] {
  return COVERED_ROOMS.map((room) => {
    const own = files.filter(({ path }) => roomOf(path) === room && !isTestSource(path));
    return {
      path: room,
      linesFound: own.reduce((sum, { linesFound }) => sum + linesFound, 0),
      linesHit: own.reduce((sum, { linesHit }) => sum + linesHit, 0),
    };
  }).filter(({ linesFound }) => linesFound > 0);
}

/** Share of lines that ran, in percent. */
export function coveragePercent({ linesFound, linesHit }: Coverage): number {
  return linesFound === 0 ? 100 : 100 * linesHit / linesFound;
}

/** Whether a room is under {@link COVERAGE_PERCENT_MIN}. */
export function isUncovered(coverage: Coverage): boolean {
  return coveragePercent(coverage) < COVERAGE_PERCENT_MIN;
}

/** A table of rooms, and below it the files that are under the minimum, worst first. */
export function formatCoverage(rooms: readonly Coverage[], files: readonly Coverage[]): string {
  const table = rooms.map((room) => row(room, isUncovered(room) ? "  under the minimum" : ""));
  const low = files
    .filter(({ path }) => COVERED_ROOMS.includes(roomOf(path)) && !isTestSource(path))
    .filter(isUncovered)
    .sort((a, b) => coveragePercent(a) - coveragePercent(b))
    .map((file) => row(file, ""));
  const heading = `Line coverage per room (at least ${COVERAGE_PERCENT_MIN} %)\n`;
  const lowHeading = low.length === 0 ? "" : `Files below ${COVERAGE_PERCENT_MIN} %\n`;
  return heading + table.join("") + lowHeading + low.join("");
}

function row(coverage: Coverage, remark: string): string {
  const percent = coveragePercent(coverage).toFixed(1).padStart(6);
  const lines = `${coverage.linesHit}/${coverage.linesFound}`.padStart(13);
  return `${percent} % ${lines}  ${coverage.path}${remark}\n`;
}
