/**
 * Tells names that a file declares from the globals of the runtime.
 *
 * @module
 */

import ts from "typescript";

/** Whether an identifier is an expression, and not the name of a member, a declaration or a type. */
export function isReference(identifier: ts.Identifier): boolean {
  const parent = identifier.parent;
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name === identifier;
  if ("name" in parent && parent.name === identifier) return false;
  if ("propertyName" in parent && parent.propertyName === identifier) return false;
  return !(ts.isTypeReferenceNode(parent) || ts.isTypeQueryNode(parent) ||
    ts.isQualifiedName(parent));
}

/** Whether the file of an identifier declares its name in a scope around it. */
export function isDeclared(identifier: ts.Identifier): boolean {
  let node: ts.Node = identifier;
  while (!ts.isSourceFile(node)) {
    node = node.parent;
    if (scopeNames(node).includes(identifier.text)) return true;
  }
  return false;
}

/** The names that one node declares for what is inside it. `var` counts where it stands. */
function scopeNames(node: ts.Node): string[] {
  if (ts.isSourceFile(node) || ts.isBlock(node) || ts.isModuleBlock(node)) {
    return node.statements.flatMap(statementNames);
  }
  if (ts.isCaseBlock(node)) {
    return node.clauses.flatMap((clause) => clause.statements.flatMap(statementNames));
  }
  if (ts.isFunctionLike(node)) {
    const own = ts.isFunctionExpression(node) ? node.name?.text : undefined;
    return [
      ...own === undefined ? [] : [own],
      ...node.parameters.flatMap(({ name }) => names(name)),
    ];
  }
  if (ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    const { initializer } = node;
    return initializer !== undefined && ts.isVariableDeclarationList(initializer)
      ? initializer.declarations.flatMap(({ name }) => names(name))
      : [];
  }
  if (ts.isCatchClause(node) && node.variableDeclaration !== undefined) {
    return names(node.variableDeclaration.name);
  }
  return ts.isClassExpression(node) && node.name !== undefined ? [node.name.text] : [];
}

function statementNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => names(name));
  }
  if (ts.isImportDeclaration(statement)) return importedNames(statement.importClause);
  const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  if (clause === undefined) return [];
  const bindings = clause.namedBindings;
  const named = bindings === undefined
    ? []
    : ts.isNamespaceImport(bindings)
    ? [bindings.name.text]
    : bindings.elements.map(({ name }) => name.text);
  return clause.name === undefined ? named : [clause.name.text, ...named];
}

/** The names that a declaration binds: one, or those of a pattern. */
function names(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isBindingElement(element) ? names(element.name) : []
  );
}
