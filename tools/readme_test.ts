import assert from "node:assert/strict";
import { parse } from "yaml";
import * as z from "zod";
import { policySpecSchema } from "../lib/policy/policy_spec.ts";

const ROOT = new URL("../", import.meta.url);
const manifestSchema = z.object({
  apiVersion: z.literal("cnpg.supporttools.io/v1alpha1"),
  kind: z.literal("StoragePolicy"),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: policySpecSchema,
});
const configSchema = z.object({ tasks: z.record(z.string(), z.string()) });
const PAGES = ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/by-hand.md"];

async function readPage(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

Deno.test("the policy in README.md is one that the manager accepts, field for field", async () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(await readPage("README.md"))?.[1] ?? "";
  const written: unknown = parse(yaml);
  // A field that the schema does not know is dropped by it, and the two differ.
  assert.deepEqual(manifestSchema.parse(written), written);
});

Deno.test("every task that a page mentions exists", async () => {
  const { tasks } = configSchema.parse(JSON.parse(await readPage("deno.json")));
  for (const page of PAGES) {
    const mentioned = (await readPage(page)).matchAll(/deno(?:@[\d.]+)? task ([a-z][a-z:]*)/g);
    for (const [, task] of mentioned) {
      assert.notEqual(tasks[task ?? ""], undefined, `${page}: ${task}`);
    }
  }
});

Deno.test("every local link of a page leads somewhere", async () => {
  const records: string[] = [];
  for await (const entry of Deno.readDir(new URL("docs/adr", ROOT))) {
    records.push(`docs/adr/${entry.name}`);
  }
  for (const page of [...PAGES, ...records]) {
    const links = (await readPage(page)).matchAll(/\]\((?!https?:)([^)#]+)/g);
    for (const [, link] of links) {
      const target = new URL(link ?? "", new URL(page, ROOT));
      await assert.doesNotReject(Deno.stat(target), `${page}: ${link}`);
    }
  }
});
