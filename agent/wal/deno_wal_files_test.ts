import assert from "node:assert/strict";
import { createDenoWalFiles, denoWalFiles } from "./deno_wal_files.ts";
import { FILE_BYTES_MAX, requiredContent, requiredNames, textOf } from "./files.ts";

interface Directory extends AsyncDisposable {
  readonly path: string;
}

async function makeDirectory(): Promise<Directory> {
  const path = await Deno.makeTempDir();
  await Deno.mkdir(`${path}/wal`);
  await Deno.writeTextFile(`${path}/wal/one`, "1");
  await Deno.symlink(`${path}/wal`, `${path}/pg_wal`);
  return {
    path,
    async [Symbol.asyncDispose](): Promise<void> {
      await Deno.remove(path, { recursive: true });
    },
  };
}

Deno.test("denoWalFiles follows links and tells the same file by the same id", async () => {
  await using directory = await makeDirectory();
  const { path } = directory;
  assert.equal(await denoWalFiles.realPath(`${path}/pg_wal`), await Deno.realPath(`${path}/wal`));
  assert.deepEqual(await denoWalFiles.names(`${path}/pg_wal`), ["one"]);
  assert.equal(await textOf(denoWalFiles, `${path}/pg_wal/one`), "1");
  const link = await denoWalFiles.status(`${path}/pg_wal`);
  assert.equal(link?.kind, "directory");
  assert.deepEqual(link, await denoWalFiles.status(`${path}/wal`));
  const file = await denoWalFiles.status(`${path}/wal/one`);
  assert.equal(file?.kind, "file");
  assert.ok((file?.modifiedAtMs ?? 0) > 0);
});

Deno.test("denoWalFiles gives undefined for what is absent, also below a file", async () => {
  await using directory = await makeDirectory();
  for (const path of [`${directory.path}/none`, `${directory.path}/wal/one/none`]) {
    assert.equal(await denoWalFiles.names(path), undefined);
    assert.equal(await denoWalFiles.content(path), undefined);
    assert.equal(await denoWalFiles.status(path), undefined);
    assert.equal(await denoWalFiles.realPath(path), undefined);
    await assert.rejects(requiredContent(denoWalFiles, path), /expected the file/);
    await assert.rejects(requiredNames(denoWalFiles, path), /expected the directory/);
  }
});

Deno.test("denoWalFiles refuses to read a file that is none of those it is for", async () => {
  await using directory = await makeDirectory();
  const path = `${directory.path}/large`;
  await Deno.writeFile(path, new Uint8Array(0));
  await Deno.truncate(path, FILE_BYTES_MAX + 1);
  await assert.rejects(denoWalFiles.content(path), RangeError);
  await Deno.truncate(path, FILE_BYTES_MAX);
  assert.equal((await denoWalFiles.content(path))?.length, FILE_BYTES_MAX);
});

Deno.test("createDenoWalFiles() takes in no more names than it may", async () => {
  await using directory = await makeDirectory();
  await Deno.writeTextFile(`${directory.path}/wal/two`, "2");
  const path = `${directory.path}/wal`;
  assert.equal((await createDenoWalFiles(2).names(path))?.length, 2);
  await assert.rejects(createDenoWalFiles(1).names(path), /expected at most 1 names in/);
});
