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
/** Every page that people read on from the README. */
const FOLDERS = ["docs", "docs/adr"];

async function pagesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(new URL(folder, ROOT)));
  return entries.map(({ name }) => `${folder}/${name}`).filter((path) => path.endsWith(".md"));
}

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
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  for (const folder of FOLDERS) pages.push(...await pagesIn(folder));
  for (const page of pages) {
    const links = (await readPage(page)).matchAll(/\]\((?!https?:)([^)#]+)/g);
    for (const [, link] of links) {
      const target = new URL(link ?? "", new URL(page, ROOT));
      await assert.doesNotReject(Deno.stat(target), `${page}: ${link}`);
    }
  }
});

Deno.test("README.md leads to every page below docs, by one page at the most", async () => {
  const readme = await readPage("README.md");
  const behind = ["docs/adr/README.md", "docs/controller.md"];
  const index = readme + (await Promise.all(behind.map(readPage))).join("\n");
  for (const page of await pagesIn("docs")) {
    assert.ok(index.includes(page.slice("docs/".length)), `nothing leads to ${page}`);
  }
});
