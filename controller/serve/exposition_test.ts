import assert from "node:assert/strict";
import { formatFamily, labelText } from "./exposition.ts";

const FAMILY = { name: "pvc_usage_bytes", help: "Bytes\\in\nuse", type: "gauge" } as const;

Deno.test("formatFamily() writes a head, and a line for each series", () => {
  const text = formatFamily(FAMILY, [["", 1], ['a="b"', 0.5], ['a="c"', Infinity], [
    'a="d"',
    -Infinity,
  ]]);
  assert.deepEqual(text.split("\n"), [
    "# HELP cnpg_storage_manager_pvc_usage_bytes Bytes\\\\in\\nuse",
    "# TYPE cnpg_storage_manager_pvc_usage_bytes gauge",
    "cnpg_storage_manager_pvc_usage_bytes 1",
    'cnpg_storage_manager_pvc_usage_bytes{a="b"} 0.5',
    'cnpg_storage_manager_pvc_usage_bytes{a="c"} +Inf',
    'cnpg_storage_manager_pvc_usage_bytes{a="d"} -Inf',
    "",
  ]);
});

Deno.test("formatFamily() writes the head of a family without series", () => {
  assert.match(formatFamily(FAMILY, []), /^# HELP [^\n]+\n# TYPE [^\n]+\n$/);
});

Deno.test("labelText() escapes what would end a value", () => {
  assert.equal(labelText({ a: 'x"y', b: "1\\2", c: "u\nv" }), 'a="x\\"y",b="1\\\\2",c="u\\nv"');
  assert.equal(labelText({}), "");
});
