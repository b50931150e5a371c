/**
 * A directory for a file of the history.
 *
 * Adapter: the file system, for tests.
 *
 * @module
 */

/** A directory that goes away with the scope that made it. */
export interface TestDirectory extends AsyncDisposable {
  readonly directory: string;
  /** The file in it. */
  readonly path: string;
}

/** Makes one. */
export async function testDirectory(): Promise<TestDirectory> {
  const directory = await Deno.makeTempDir();
  return {
    directory,
    path: `${directory}/history.sqlite`,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}
