/**
 * A processor cgroup (version 1), as a container with a limit has one.
 *
 * @module
 */

const HIERARCHY = "/sys/fs/cgroup/cpu";
/** Kubernetes' own. */
const PERIOD_US = 100_000;

/** A group for processes that are yet to start. Disposing of it takes its processes to have ended. */
export interface ProcessorGroup extends AsyncDisposable {
  /** The command line that starts a program inside the group. */
  enter(command: string, args: readonly string[]): { command: string; args: string[] };
}

/**
 * Makes a group whose processes together get so many thousandths of a core.
 *
 * @throws {Error} Where this machine has no such hierarchy or does not allow it: nothing else would limit them.
 */
export async function createProcessorGroup(
  name: string,
  millicores: number,
): Promise<ProcessorGroup> {
  const path = `${HIERARCHY}/${name}`;
  await Deno.mkdir(path);
  await Deno.writeTextFile(`${path}/cpu.cfs_period_us`, String(PERIOD_US));
  await Deno.writeTextFile(`${path}/cpu.cfs_quota_us`, String(PERIOD_US * millicores / 1_000));
  return {
    enter: (command, args) => ({
      command: "sh",
      args: ["-c", `echo $$ >"$0/cgroup.procs" && exec "$@"`, path, command, ...args],
    }),
    async [Symbol.asyncDispose](): Promise<void> {
      await Deno.remove(path);
    },
  };
}
