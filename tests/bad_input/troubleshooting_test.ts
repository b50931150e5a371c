import assert from "node:assert/strict";
import { isReason } from "../../lib/explain/reasons.ts";

const ROOMS = ["agent", "controller", "kube", "lib"];

/** Text that a test asks for is no proof that anybody says it. */
function isProduct(path: string): boolean {
  return path.endsWith(".ts") && !path.endsWith("_test.ts") && !path.includes("/testing/");
}

async function sources(directory: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) texts.push(...await sources(path));
    else if (isProduct(path)) texts.push(await Deno.readTextFile(path));
  }
  return texts;
}

/** What stands in code spans in the first column of tables, without what is named in it. */
function messagesOf(docs: string): string[] {
  const firstColumns = docs.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split(" |")[0] ?? "");
  return firstColumns.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span)
  );
}

/** The words of a message between names and numbers. */
function piecesOf(message: string): string[] {
  return message.split(/…|all namespaces|clusters\.\S+|storagepolicies\.\S+|; | watch it | it$/)
    .map((piece) => piece.replace(/^[:\s]+/, "").trim())
    .filter((piece) => piece.length > 3);
}

Deno.test("docs/troubleshooting.md quotes what the product says", async () => {
  const root = new URL("../../", import.meta.url).pathname;
  const texts = await Promise.all(ROOMS.map((room) => sources(`${root}${room}`)));
  // A sentence may be broken into pieces of source.
  const said = texts.flat().join("\n").replaceAll(/["`] \+\s*["`]/g, "");
  const docs = await Deno.readTextFile(`${root}docs/troubleshooting.md`);
  const messages = messagesOf(docs);
  assert.ok(messages.length > 30, `${messages.length} messages`);
  const unsaid = messages.flatMap(piecesOf)
    .filter((piece) => !said.includes(piece) && !isReason(piece));
  assert.deepEqual(unsaid, []);
});
