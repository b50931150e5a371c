import assert from "node:assert/strict";

import { isJsonObject } from "../../kube/json.ts";
import { configFileSchema } from "./config_schema.ts";

/** Paths of the leaves; `defaults` is one, because a policy's fields have a page of their own. */
function leaves(value: unknown, path: string): string[] {
  if (path === "defaults" || !isJsonObject(value)) return [path];
  return Object.entries(value).flatMap(([key, field]) =>
    leaves(field, path === "" ? key : `${path}.${key}`)
  );
}

Deno.test("docs/controller.md describes every field of the configuration and no other", async () => {
  const docs = await Deno.readTextFile(new URL("../../docs/controller.md", import.meta.url));
  const section = docs.split("\n## Configuration\n")[1]?.split("\n## ")[0] ?? "";
  const described = [...section.matchAll(/^\| `([\w.]+)`/gm)].map(([, name]) => name);
  assert.deepEqual(described, leaves(configFileSchema.parse({}), ""));
});
