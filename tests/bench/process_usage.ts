/**
 * What a process takes, from `/proc`.
 *
 * @module
 */

/** Ticks of `/proc/PID/stat` in a second: `USER_HZ`, 100 on every architecture that Linux is built for. */
const TICKS_PER_SECOND = 100;

const KIBIBYTE = 1024;

/** Memory and processor time of one process. */
export interface ProcessUsage {
  /** Resident: anonymous memory and the touched pages of mapped files, the program's own included. */
  readonly residentBytes: number;
  /** The part that belongs to no file. */
  readonly anonymousBytes: number;
  /** The highest residentBytes so far. */
  readonly peakBytes: number;
  /** Time on a processor since the start, in user and kernel mode. */
  readonly processorMs: number;
}

/** Reads what a living process takes. */
export async function readProcessUsage(pid: number): Promise<ProcessUsage> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold blanks: fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  return {
    residentBytes: bytesOf(status, "VmRSS"),
    anonymousBytes: bytesOf(status, "RssAnon"),
    peakBytes: bytesOf(status, "VmHWM"),
    processorMs: (userTicks + systemTicks) * 1_000 / TICKS_PER_SECOND,
  };
}

function bytesOf(status: string, field: string): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  if (kibibytes !== undefined) return Number(kibibytes) * KIBIBYTE;
  throw new Error(`Cannot read the memory of a process: expected ${field}, found none`);
}
