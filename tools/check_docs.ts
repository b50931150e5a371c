/**
 * Demands a word for every symbol that a room shows to others: what it is for.
 *
 * @module
 */

import ts from "typescript";
import { conclude, type Finding } from "./finding.ts";
import { isTestSource, readSources, roomOf, type Source } from "./source.ts";
import { lineOf, parse } from "./syntax.ts";

const DOCUMENTED_ROOMS = ["lib", "kube", "agent", "controller", "plugin"];

/** Every exported symbol, and every file, that has no documentation comment. */
export function findUndocumented(sources: readonly Source[]): Finding[] {
  return sources
    .filter(({ path }) => DOCUMENTED_ROOMS.includes(roomOf(path)) && !isTestSource(path))
    .flatMap((source) => [...undocumentedModule(source), ...undocumentedSymbols(source)]);
}

function undocumentedModule({ path, text }: Source): Finding[] {
  const header = /^\s*\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? "";
  if (/@module\b/.test(header)) return [];
  return [{
    path,
    line: 1,
    message: "begins without a comment that says what it is for and @module",
  }];
}

function undocumentedSymbols(source: Source): Finding[] {
  const declared = new Map<string, ts.Statement>();
  const documented = new Set<string>();
  const file = parse(source);
  const listed = listedExports(file);
  for (const statement of file.statements) {
    for (const name of declaredNames(statement)) {
      if (!isExported(statement) && !listed.has(name)) continue;
      if (!declared.has(name)) declared.set(name, statement);
      if (hasComment(statement)) documented.add(name);
    }
  }
  return [...declared]
    .filter(([name]) => !documented.has(name))
    .map(([name, statement]) => ({
      path: source.path,
      line: lineOf(statement),
      message: `exports ${name} without a comment that says what it is for`,
    }));
}

/** Names exported as `export { name }` of the file's own declarations; re-exports are documented at home. */
function listedExports(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier !== undefined) continue;
    const clause = statement.exportClause;
    if (clause === undefined || !ts.isNamedExports(clause)) continue;
    for (const element of clause.elements) names.add((element.propertyName ?? element.name).text);
  }
  return names;
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement);
  return isNamed ? [statement.name?.text ?? "default"] : [];
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) ?? [] : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** Whether a documentation comment stands before a statement and says something besides tags. */
function hasComment(statement: ts.Statement): boolean {
  const comments = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc);
  return comments.some((comment) => {
    const said = ts.getTextOfJSDocComment(comment.comment)?.trim() ?? "";
    const isHeader = (comment.tags ?? []).some(({ tagName }) => tagName.text === "module");
    return said !== "" && !isHeader;
  });
}

if (import.meta.main) {
  const sources = await readSources(".");
  conclude("docs", findUndocumented(sources), "every exported symbol says what it is for");
}
