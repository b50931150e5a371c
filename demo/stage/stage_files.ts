/**
 * The temporary directory of a demonstration: certificates, kubeconfigs and the manager's log.
 *
 * Adapter: files and ports of this machine.
 *
 * @module
 */

/** The only place outside the repository that the demonstration may touch. */
const TEMPORARY_DIRECTORY = "/tmp";

/** Files hold tokens and keys. */
const OWNER_ONLY = 0o600;

/** A directory of its own. */
export interface StageFiles extends AsyncDisposable {
  /** Writes a file that nobody else can read, and gives its path. */
  write(name: string, text: string): Promise<string>;
  openLog(name: string): Promise<LogFile>;
}

/** A file that grows with every line. */
export interface LogFile {
  readonly path: string;
  write(line: string): void;
}

/** Makes the directory; disposing of it removes it. */
export async function createStageFiles(): Promise<StageFiles> {
  const directory = await Deno.makeTempDir({
    dir: TEMPORARY_DIRECTORY,
    prefix: "cnpg-storage-demo-",
  });
  await using made = new AsyncDisposableStack();
  made.defer(() => Deno.remove(directory, { recursive: true }));
  const kept = made.move();
  return {
    async write(name, text): Promise<string> {
      const path = `${directory}/${name}`;
      await Deno.writeTextFile(path, text, { mode: OWNER_ONLY });
      return path;
    },
    async openLog(name): Promise<LogFile> {
      const path = `${directory}/${name}`;
      const file = kept.use(
        await Deno.open(path, { create: true, append: true, mode: OWNER_ONLY }),
      );
      const encoder = new TextEncoder();
      return { path, write: (line) => void file.writeSync(encoder.encode(line)) };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Finds ports that were free a moment ago. */
export function findFreePorts(hostname: string, count: number): number[] {
  using listeners = new DisposableStack();
  return Array.from({ length: count }, () => {
    const listener = Deno.listen({ hostname, port: 0 });
    listeners.defer(() => listener.close());
    return listener.addr.port;
  });
}
