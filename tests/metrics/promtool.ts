/**
 * What Prometheus itself says of our metrics.
 *
 * @module
 */

/** Checking takes milliseconds; what takes longer hangs. */
const CHECK_LIMIT_MS = 30_000;

/** Registers a test that needs promtool: it runs, is ignored and says why, or (in CI) fails. */
export async function promtoolTest(name: string, test: () => Promise<void>): Promise<void> {
  if (await hasPromtool()) return Deno.test(name, test);
  const reason = "promtool is not in PATH (Debian package prometheus)";
  if (Deno.env.get("CI")) {
    Deno.test(name, () => {
      throw new Error(`Cannot ask promtool: ${reason}`);
    });
  } else {
    Deno.test({ name: `${name} (cannot run: ${reason})`, ignore: true, fn: () => {} });
  }
}

/** Runs `promtool check metrics`, and gives what it objects to, line by line. */
export async function checkMetrics(text: string): Promise<string[]> {
  const { output } = await runPromtool(["check", "metrics"], text);
  return output.split("\n").filter((line) => line !== "");
}

/**
 * Runs `promtool test rules`: rules, and what they come to over series.
 *
 * @throws {Error} With its words, if a rule is none or comes to something else.
 */
export async function testRules(
  rules: unknown,
  test: Readonly<Record<string, unknown>>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/rules.yaml`, JSON.stringify(rules));
    const whole = { ...test, "rule_files": ["rules.yaml"] };
    await Deno.writeTextFile(`${directory}/test.yaml`, JSON.stringify(whole));
    const { success, output } = await runPromtool(["test", "rules", `${directory}/test.yaml`]);
    if (!success) throw new Error(`promtool objects: ${output}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function runPromtool(
  args: readonly string[],
  input = "",
): Promise<{ readonly success: boolean; readonly output: string }> {
  const process = new Deno.Command("promtool", {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(CHECK_LIMIT_MS),
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await process.output();
  const output = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { success, output };
}

async function hasPromtool(): Promise<boolean> {
  try {
    const command = new Deno.Command("promtool", { args: ["--version"], stdout: "null" });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
