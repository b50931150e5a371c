/**
 * The dead man's switch of the lab: a small shell that cleans up when the test process is gone.
 *
 * It waits for the end of its standard input. That end comes when the lab is closed, and as well when the
 * test process is interrupted, crashes or is killed: there is one way of cleaning up, and it is always taken.
 *
 * @module
 */

import { waitUntil } from "./wait.ts";

/** Unmounting waits for the last process that has a file open there; then it is forced. */
const UNMOUNT_TRIES = 100;
/** Covers all tries of unmounting, which come every 0.1 s, and the removal of a directory. */
const CLEANUP_LIMIT_MS = 30_000;

/** Unmounting detaches the loop devices as well: `mount -o loop` asks the kernel for that. */
const SCRIPT = `
trap '' INT TERM HUP
cat >/dev/null
mounts() { awk -v root="$1/" 'index($2, root) == 1 { print $2 }' /proc/mounts | sort -r; }
tries=0
while [ -n "$(mounts "$1")" ]; do
  flag=; [ "$tries" -lt ${UNMOUNT_TRIES} ] || flag=-l
  mounts "$1" | while read -r path; do umount $flag "$path" 2>/dev/null; done
  [ -z "$(mounts "$1")" ] && break
  [ -z "$flag" ] || exit 1
  tries=$((tries + 1))
  sleep 0.1
done
exec rm -rf --one-file-system "$1"
`;

/** A directory that is unmounted and removed when it is disposed of, or when this process ends. */
export interface ReapedDirectory extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a temporary directory whose mounts and files do not outlive this process.
 *
 * Disposing of it rejects when a file system below could not be unmounted.
 */
export async function makeReapedDirectory(prefix: string): Promise<ReapedDirectory> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix }));
  // Certificates are of no use to a process of another user, file systems are: it may pass, not list.
  await Deno.chmod(path, 0o711);
  // A session of its own: what ends the whole process group of the test must not end this.
  const reaper = new Deno.Command("setsid", {
    args: ["sh", "-c", SCRIPT, "reaper", path],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    path,
    async [Symbol.asyncDispose](): Promise<void> {
      await reaper.stdin.close();
      let status: Deno.CommandStatus | undefined;
      const ended = reaper.status.then((value) => status = value);
      await waitUntil(`the removal of ${path}`, () => status, { limitMs: CLEANUP_LIMIT_MS });
      await ended;
      if (status?.code !== 0) {
        throw new Error(`Cannot clean up ${path}: expected its mounts to go, found some that stay`);
      }
    },
  };
}
