/**
 * Syntax trees for the checks, by TypeScript's own parser: comments, strings and templates cannot fool it.
 *
 * @module
 */

import ts from "typescript";
import type { Source } from "./source.ts";

/** Parses one file. */
export function parse(source: Source): ts.SourceFile {
  return ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
}

/** The line of a node, counted from 1. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

/** How many lines a node covers, without the comments before it. */
export function lineCount(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getEnd()).line + 2 - lineOf(node);
}

/** Visits a node and everything below it. */
export function visit(node: ts.Node, visitor: (node: ts.Node) => void): void {
  visitor(node);
  node.forEachChild((child) => visit(child, visitor));
}

/** One module that a file names, in whatever form it does so. */
export interface ImportedModule {
  readonly specifier: string;
  readonly line: number;
  /** What is taken from it by name, types left out; undefined: possibly everything. */
  readonly names: readonly string[] | undefined;
}

/** Every module that a file imports or re-exports: statically, by `import()` or in a type. */
export function importedModules(file: ts.SourceFile): ImportedModule[] {
  const modules: ImportedModule[] = [];
  visit(file, (node) => {
    const literal = moduleLiteral(node);
    if (literal === undefined) return;
    modules.push({ specifier: literal.text, line: lineOf(literal), names: takenNames(node) });
  });
  return modules;
}

function moduleLiteral(node: ts.Node): ts.StringLiteralLike | undefined {
  const named = ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
    ? node.moduleSpecifier
    : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
    ? node.arguments[0]
    : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
    ? node.argument.literal
    : undefined;
  return named !== undefined && ts.isStringLiteralLike(named) ? named : undefined;
}

function takenNames(node: ts.Node): string[] | undefined {
  if (ts.isImportTypeNode(node)) return [];
  if (!ts.isImportDeclaration(node)) return undefined;
  if (node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const bindings = node.importClause?.namedBindings;
  if (node.importClause?.name !== undefined || bindings === undefined) return undefined;
  if (!ts.isNamedImports(bindings)) return undefined;
  const values = bindings.elements.filter(({ isTypeOnly }) => !isTypeOnly);
  return values.map(({ name, propertyName }) => (propertyName ?? name).text);
}
