import assert from "node:assert/strict";
import { addCounts, countTests, formatCounts, NO_TESTS } from "./test_counts.ts";

/** As `deno test --junit-path` writes it, shortened. */
const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="6" failures="3" errors="0" time="0.014">
  <testsuite name="./a_test.ts" tests="6" disabled="1" errors="0" failures="3">
    <testcase name="ok" classname="./a_test.ts" time="0.000" line="1" col="6">
    </testcase>
    <testcase name="bad &lt;x&gt;" classname="./a_test.ts" time="0.005" line="2" col="6">
      <failure message="Uncaught Error: no &lt;skipped/&gt;">Error</failure>
    </testcase>
    <testcase name="ignored" classname="./a_test.ts" time="0.000" line="3" col="6">
      <skipped/>
    </testcase>
    <testcase name="steps" classname="./a_test.ts" time="0.001" line="4" col="6">
      <failure message="1 test step failed">1 test step failed.</failure>
    </testcase>
    <testcase name="steps &gt; first" classname="./a_test.ts" time="0.000" line="4" col="43">
    </testcase>
    <testcase name="steps &gt; second &gt; third" classname="./a_test.ts" time="0.000" line="4" col="73">
      <failure message="Uncaught Error: e">Error: e</failure>
    </testcase>
  </testsuite>
  <testsuite name="./helper.ts" tests="1" disabled="0" errors="0" failures="0">
    <testcase name="steps &gt; of a helper" classname="./helper.ts" time="0.000" line="1" col="6">
    </testcase>
  </testsuite>
  <testsuite name="./b_test.ts" tests="1" disabled="0" errors="0" failures="0">
    <testcase name="a() is true when b &gt; c" classname="./b_test.ts" time="0.000" line="1" col="6">
    </testcase>
  </testsuite>
</testsuites>`;

Deno.test("countTests() counts tests by outcome and steps not at all", () => {
  assert.deepEqual(countTests(REPORT), { passed: 2, failed: 2, skipped: 1 });
});

Deno.test("countTests() counts nothing when no test was found", () => {
  assert.deepEqual(countTests(`<testsuites name="deno test" tests="0">\n</testsuites>`), NO_TESTS);
});

Deno.test("countTests() refuses what is no report", () => {
  assert.throws(() => countTests(""), SyntaxError);
});

Deno.test("formatCounts() mentions skipped tests only when there are any", () => {
  const counts = addCounts({ passed: 3, failed: 1, skipped: 0 }, {
    passed: 2,
    failed: 0,
    skipped: 0,
  });
  assert.equal(formatCounts(counts), "5 passed, 1 failed");
  assert.equal(formatCounts({ ...counts, skipped: 2 }), "5 passed, 1 failed, 2 skipped");
});
