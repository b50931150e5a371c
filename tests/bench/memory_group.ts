/**
 * A memory cgroup (version 1), as a container has one: what the kernel charges to the processes in it.
 *
 * @module
 */

const HIERARCHY = "/sys/fs/cgroup/memory";

/** What a group is charged with. */
export interface MemoryCharge {
  /** Everything, which is what a limit is compared with. */
  readonly totalBytes: number;
  /** The part that belongs to no file, and that cannot be taken back without swap. */
  readonly anonymousBytes: number;
}

/** A group for processes that are yet to start. Disposing of it takes its processes to have ended. */
export interface MemoryGroup extends AsyncDisposable {
  /** The command line that starts a program inside the group. */
  enter(command: string, args: readonly string[]): { command: string; args: string[] };
  charge(): Promise<MemoryCharge>;
}

/** Makes a group; `undefined` where this machine has no such hierarchy or does not allow it. */
export async function createMemoryGroup(name: string): Promise<MemoryGroup | undefined> {
  const path = `${HIERARCHY}/${name}`;
  const hierarchy = await Deno.stat(`${HIERARCHY}/memory.usage_in_bytes`).catch(() => undefined);
  if (hierarchy === undefined) return undefined;
  try {
    await Deno.mkdir(path);
  } catch {
    return undefined;
  }
  return {
    enter: (command, args) => ({
      command: "sh",
      args: ["-c", `echo $$ >"$0/cgroup.procs" && exec "$@"`, path, command, ...args],
    }),
    async charge(): Promise<MemoryCharge> {
      const statistics = await Deno.readTextFile(`${path}/memory.stat`);
      return {
        totalBytes: Number(await Deno.readTextFile(`${path}/memory.usage_in_bytes`)),
        anonymousBytes: Number(/^rss (\d+)$/m.exec(statistics)?.[1]),
      };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Deno.remove(path);
    },
  };
}
