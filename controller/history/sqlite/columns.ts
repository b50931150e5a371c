/**
 * Reads the columns of a row as what the tables say that they are.
 *
 * @module
 */

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A column that holds a whole number. @throws {TypeError} If it holds something else. */
export function integerOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new TypeError(`Cannot read ${column}: expected a whole number, found a ${typeof value}`);
}

/** A column that holds bytes. @throws {TypeError} If it holds something else. */
export function blobOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`Cannot read ${column}: expected bytes, found a ${typeof value}`);
}
