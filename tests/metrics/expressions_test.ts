import assert from "node:assert/strict";
import {
  hourlyExpression,
  usedExpression,
} from "../../controller/history/prometheus/expressions.ts";
import { promtoolTest, testRules } from "./promtool.ts";

const SELECTION = { namespaceLabel: "exported_namespace", matchers: 'cluster="one",' };
const VOLUMES = [
  { claimUid: "first", namespace: "prod", claimName: "pg.1" },
  { claimUid: "second", namespace: "test", claimName: "pg-1" },
];
const FULL_HOURS = "3h";
const NOTHING_MEASURED = { tests: [{ interval: "1m", input_series: [] }] };

function series(what: string, labels: string, values: string): unknown {
  return { series: `kubelet_volume_stats_${what}_bytes{${labels}}`, values };
}

/** What a rule of this name comes to: one claim, as nobody knows which of two series of the other one is meant. */
function expectation(rule: string, value: number): unknown {
  const labels = `${rule}{exported_namespace="prod",persistentvolumeclaim="pg.1"}`;
  return { expr: rule, eval_time: FULL_HOURS, exp_samples: [{ labels, value }] };
}

await promtoolTest(
  "expressions of the history come to what a Prometheus knows of claims",
  async () => {
    const used = usedExpression(VOLUMES, SELECTION);
    const rules = [
      { record: "used", expr: used },
      ...(["min", "max", "last"] as const).map((overTime) => ({
        record: overTime,
        expr: hourlyExpression(overTime, used),
      })),
    ];
    const first = 'exported_namespace="prod",persistentvolumeclaim="pg.1",cluster="one"';
    const other = 'exported_namespace="prod",persistentvolumeclaim="pgx1",cluster="one"';
    const second = 'exported_namespace="test",persistentvolumeclaim="pg-1",cluster="one"';
    await testRules({ groups: [{ name: "history", rules }] }, {
      evaluation_interval: "1m",
      tests: [{
        interval: "1m",
        input_series: [
          series("capacity", first, "1000x200"),
          // A byte a minute: 220 are left after three hours, and 280 were an hour before.
          series("available", first, "400-1x200"),
          series("capacity", `${first},node="another cluster's"`.replace("one", "two"), "9x200"),
          series("available", `${first},node="another cluster's"`.replace("one", "two"), "1x200"),
          series("capacity", other, "5x200"),
          series("available", other, "1x200"),
          series("capacity", second, "1000x200"),
          series("available", `${second},node="a"`, "400x200"),
          series("available", `${second},node="b"`, "300x200"),
        ],
        promql_expr_test: [
          expectation("used", 780),
          expectation("min", 720),
          expectation("max", 780),
          expectation("last", 780),
        ],
      }],
    });
  },
);

await promtoolTest("docs/metrics.md asks in expressions that Prometheus understands", async () => {
  const docs = await Deno.readTextFile(new URL("../../docs/metrics.md", import.meta.url));
  const blocks = [...docs.matchAll(/```promql\n([^`]*)```/g)].map(([, block = ""]) => block.trim());
  // One block may hold several questions, each from the beginning of its line.
  const rules = blocks.flatMap((block) => block.split(/\n(?=cnpg_|histogram_)/))
    .map((expr, index) => ({ record: `question:${index}`, expr }));
  assert.ok(rules.length > 10);
  await testRules({ groups: [{ name: "docs", rules }] }, NOTHING_MEASURED);
  const wrong = { record: "question:wrong", expr: "sum((" };
  await assert.rejects(
    testRules({ groups: [{ name: "docs", rules: [...rules, wrong] }] }, NOTHING_MEASURED),
    /parse error/,
  );
});
