/**
 * What the machine must have for the lab, and why it cannot run when something is missing.
 *
 * @module
 */

import { CONTROL_PLANE_BINARIES, missingBinaryReason } from "./binaries.ts";
import { hasProgram, run } from "./command.ts";

/** Programs, and the Debian package of each. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ["openssl", "openssl"],
  ["setpriv", "util-linux"],
  ["setsid", "util-linux"],
  ["awk", "mawk"],
  ["mount", "mount"],
  ["umount", "mount"],
  ["losetup", "mount"],
  ["findmnt", "util-linux"],
  ["fallocate", "util-linux"],
  ["mkfs.xfs", "xfsprogs"],
  ["xfs_growfs", "xfsprogs"],
  ["mkfs.ext4", "e2fsprogs"],
  ["resize2fs", "e2fsprogs"],
]);

/** Downloading a package list from a slow mirror. */
const INSTALL_LIMIT_MS = 5 * 60_000;

/** Everything that is missing, in words; empty when the lab can run. */
export async function requirements(): Promise<string[]> {
  if (Deno.build.os !== "linux") return ["the lab needs Linux with loop devices"];
  const missing: string[] = [];
  if (Deno.uid() !== 0) missing.push("mounting file systems needs root");
  if (!await exists("/dev/loop-control")) {
    missing.push("there are no loop devices (/dev/loop-control)");
  }
  for (const program of await missingPrograms()) {
    missing.push(`${program} is not in PATH (Debian package ${PROGRAMS.get(program)})`);
  }
  for (const binary of Object.values(CONTROL_PLANE_BINARIES)) {
    const reason = await missingBinaryReason(binary);
    if (reason !== undefined) missing.push(reason);
  }
  if (!await hasProgram("go")) {
    missing.push("CNPG's CRDs come from its Go module, and there is no go");
  }
  return missing;
}

/**
 * Installs the Debian packages of missing programs, for machines that live for one run.
 *
 * Does nothing where it cannot (no root, no apt-get): {@link requirements} then says what is missing.
 */
export async function ensurePackages(): Promise<void> {
  const packages = new Set(
    (await missingPrograms()).map((program) => PROGRAMS.get(program) ?? program),
  );
  if (packages.size === 0 || Deno.uid() !== 0 || !await hasProgram("apt-get")) return;
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" }, limitMs: INSTALL_LIMIT_MS };
  await run("apt-get", ["update", "-q"], options);
  await run("apt-get", ["install", "-qy", "--no-install-recommends", ...packages], options);
}

async function missingPrograms(): Promise<string[]> {
  const missing: string[] = [];
  for (const program of PROGRAMS.keys()) {
    if (!await hasProgram(program)) missing.push(program);
  }
  return missing;
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
