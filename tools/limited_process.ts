/**
 * Runs a program whose silence means that it hangs.
 *
 * @module
 */

/** How long a program may take. */
export interface ProcessLimits {
  readonly totalMs: number;
  /** Longest pause in its standard output once that has begun; absent where long pauses are usual. */
  readonly silenceMs?: number | undefined;
}

type Timer = ReturnType<typeof setTimeout>;

/** How a program ended: by itself, or interrupted for the reason that `problem` gives. */
export interface ProcessEnd {
  readonly success: boolean;
  readonly problem: string | undefined;
}

/** A test runner needs moments to write down what was pending; one that hangs itself never does. */
const INTERRUPT_GRACE_MS = 15_000;

/**
 * Runs a program and hands on what it writes. One that exceeds a limit is interrupted, as by Ctrl-C, so that it
 * can say what it was doing, and killed if that does not end it.
 *
 * @param onOutput Told of every piece of its standard output.
 */
export async function runLimited(
  program: string,
  args: readonly string[],
  limits: ProcessLimits,
  onOutput: (bytes: Uint8Array) => void,
): Promise<ProcessEnd> {
  const process = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "piped" })
    .spawn();
  let problem: string | undefined;
  const timers = new Set<Timer>();

  function interrupt(reason: string): void {
    if (problem !== undefined) return;
    problem = reason;
    process.kill("SIGINT");
    timers.add(setTimeout(() => process.kill("SIGKILL"), INTERRUPT_GRACE_MS));
  }

  const { totalMs, silenceMs } = limits;
  timers.add(setTimeout(() => interrupt(`did not end within ${totalMs / 1000} s`), totalMs));
  let silence: Timer | undefined;
  for await (const bytes of process.stdout) {
    onOutput(bytes);
    if (silenceMs === undefined) continue;
    clearTimeout(silence);
    silence = setTimeout(() => interrupt(`said nothing for ${silenceMs / 1000} s`), silenceMs);
  }
  clearTimeout(silence);
  const { success } = await process.status;
  for (const timer of timers) clearTimeout(timer);
  return { success: success && problem === undefined, problem };
}
