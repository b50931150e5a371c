/**
 * Runs the project's tests: `deno task test` both suites, `deno task test:unit` and `deno task test:lab` one.
 *
 * The unit suite is everything that needs Deno alone; the lab starts real servers. The last line printed is
 * the number of tests that passed, failed and were skipped, over both.
 *
 * @module
 */

import { requirements } from "../tests/lab/requirements.ts";
import {
  coverageByRoom,
  findUnloaded,
  formatCoverage,
  isUncovered,
  parseLcov,
} from "./coverage.ts";
import { print, printBytes } from "./finding.ts";
import { type ProcessLimits, runLimited } from "./limited_process.ts";
import { readSources } from "./source.ts";
import { addCounts, countTests, formatCounts, NO_TESTS, type TestCounts } from "./test_counts.ts";

/** Tests that build programs and start real servers. */
const LAB = [
  "tests/lab",
  "tests/chart",
  "tests/wal",
  "tests/contract/real_api_server_contract_test.ts",
];

/** Tests that play whole stories: simulated worlds, the demonstration, the plugin under kubectl. */
const STORIES = ["tests/world", "tests/demo", "tests/plugin"];

/**
 * Some test ends every few milliseconds, and on a busy machine every few seconds; a longer silence is a test
 * that hangs. Deno itself speaks up about a slow test after 60 s, so this is less.
 */
const UNIT_LIMITS: ProcessLimits = { totalMs: 10 * 60_000, silenceMs: 45_000 };

/** Two minutes on two cores, several times that on busy ones. */
const STORY_LIMITS: ProcessLimits = { totalMs: 15 * 60_000 };

/** The first run builds two servers and helm, 10 minutes on two cores and more on busy ones. */
const LAB_LIMITS: ProcessLimits = { totalMs: 60 * 60_000 };

/** Tests that need more than Deno; each has a task of its own. */
const NOT_UNIT = [...STORIES, ...LAB, "tests/node"];

/** What one suite came to. */
interface Outcome {
  readonly counts: TestCounts;
  readonly ok: boolean;
  /** Whether it came to an end of its own, so that it has loaded all it would. */
  readonly isWhole: boolean;
}

async function runUnit(directory: string): Promise<Outcome> {
  const coverage = `${directory}/coverage`;
  const outcome = await runDenoTest(`${directory}/unit.xml`, UNIT_LIMITS, [
    "--parallel",
    `--coverage=${coverage}`,
    "--coverage-raw-data-only",
    `--ignore=${NOT_UNIT.join(",")}`,
  ]);
  if (!outcome.isWhole) return outcome;
  const isCovered = await reportCoverage(coverage);
  return { ...outcome, ok: outcome.ok && isCovered };
}

async function reportCoverage(directory: string): Promise<boolean> {
  const args = ["coverage", directory, "--lcov", `--output=${directory}/lcov.info`];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    print(new TextDecoder().decode(stderr));
    return false;
  }
  const loaded = parseLcov(await Deno.readTextFile(`${directory}/lcov.info`), Deno.cwd());
  const files = [...loaded, ...findUnloaded(await readSources("."), loaded)];
  const rooms = coverageByRoom(files);
  print(`\n${formatCoverage(rooms, files)}\n`);
  return !rooms.some(isUncovered);
}

function runStories(directory: string): Promise<Outcome> {
  return runDenoTest(`${directory}/stories.xml`, STORY_LIMITS, ["--parallel", ...STORIES]);
}

/** The lab decides by itself what it cannot run, and in CI fails then; here it is only said why. */
async function runLab(directory: string): Promise<Outcome> {
  const outcome = await runDenoTest(`${directory}/lab.xml`, LAB_LIMITS, LAB);
  const missing = outcome.counts.skipped > 0 ? await requirements() : [];
  if (missing.length > 0) {
    print(`The lab cannot run here:\n${missing.map((reason) => `  - ${reason}\n`).join("")}`);
  }
  return outcome;
}

async function runDenoTest(
  junitPath: string,
  limits: ProcessLimits,
  args: readonly string[],
): Promise<Outcome> {
  const reporter = Deno.stdout.isTerminal() ? "dot" : "pretty";
  const end = await runLimited(
    Deno.execPath(),
    ["test", "--allow-all", `--reporter=${reporter}`, `--junit-path=${junitPath}`, ...args],
    limits,
    printBytes,
  );
  if (end.problem !== undefined) {
    print(`The test run ${end.problem} and was interrupted; what was pending then, hangs\n`);
  }
  const counts = await readCounts(junitPath, end.success);
  return { counts, ok: end.success, isWhole: end.problem === undefined };
}

/** A run that ends without a report (a type error, say) is one failure, lest it look like no tests. */
async function readCounts(junitPath: string, success: boolean): Promise<TestCounts> {
  const report = await readOrEmpty(junitPath);
  const counts = report === "" ? NO_TESTS : countTests(report);
  return success || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function suitesOf(scope: string | undefined): ((directory: string) => Promise<Outcome>)[] {
  switch (scope) {
    case undefined:
      return [runUnit, runStories, runLab];
    case "unit":
      return [runUnit];
    case "stories":
      return [runStories];
    case "lab":
      return [runLab];
    default:
      throw new TypeError(
        `Cannot run tests: expected "unit", "stories", "lab" or nothing, found "${scope}"`,
      );
  }
}

async function main(scope: string | undefined): Promise<boolean> {
  const directory = await Deno.makeTempDir({ prefix: "cnpg-storage-manager-test-" });
  try {
    let total = NO_TESTS;
    let allOk = true;
    for (const run of suitesOf(scope)) {
      const { counts, ok } = await run(directory);
      total = addCounts(total, counts);
      allOk &&= ok;
    }
    print(`${formatCounts(total)}\n`);
    return allOk;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args[0]) ? 0 : 1);
