/**
 * How many tests passed, failed and were skipped, read from the JUnit report of `deno test`.
 *
 * @module
 */

/** Outcome of one or several runs. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** No test at all. */
export const NO_TESTS: TestCounts = { passed: 0, failed: 0, skipped: 0 };

/** What stands between a test's name and the name of its step in the report. */
const STEP_SEPARATOR = " &gt; ";

/**
 * Counts the tests of a JUnit report. Steps are not counted: a test with a failed step has failed itself.
 *
 * @throws {SyntaxError} If the text is no report.
 */
export function countTests(junit: string): TestCounts {
  if (!junit.includes("<testsuites")) {
    throw new SyntaxError(
      `Cannot count tests: expected a JUnit report, found "${junit.slice(0, 40)}"`,
    );
  }
  const testcases = junit.split("<testcase ").slice(1);
  const names = new Set(testcases.map(nameOf));
  return testcases
    .filter((testcase) => !isStep(nameOf(testcase), names))
    .map(outcome)
    .reduce(addCounts, NO_TESTS);
}

function nameOf(testcase: string): string {
  return /name="([^"]*)"/.exec(testcase)?.[1] ?? "";
}

/** Whether a name continues that of another; a step is reported under the file that declares it. */
function isStep(name: string, names: ReadonlySet<string>): boolean {
  const parts = name.split(STEP_SEPARATOR);
  return parts.some((_, index) =>
    index > 0 && names.has(parts.slice(0, index).join(STEP_SEPARATOR))
  );
}

function outcome(testcase: string): TestCounts {
  if (/<(failure|error)[ >]/.test(testcase)) return { ...NO_TESTS, failed: 1 };
  if (/<skipped[ />]/.test(testcase)) return { ...NO_TESTS, skipped: 1 };
  return { ...NO_TESTS, passed: 1 };
}

/** The sum of two outcomes. */
export function addCounts(first: TestCounts, second: TestCounts): TestCounts {
  return {
    passed: first.passed + second.passed,
    failed: first.failed + second.failed,
    skipped: first.skipped + second.skipped,
  };
}

/** The last line of a test run; skipped tests are mentioned when there are any. */
export function formatCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}
