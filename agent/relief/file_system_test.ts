import assert from "node:assert/strict";

import { judgeFileSystem } from "./file_system.ts";

Deno.test("judgeFileSystem() promises something of ext4 and xfs alone", () => {
  assert.deepEqual(judgeFileSystem(0xEF53), { kind: "certain", fileSystem: "ext4" });
  assert.deepEqual(judgeFileSystem(0x58465342), { kind: "certain", fileSystem: "xfs" });
  const cases: readonly [number, string][] = [
    [0x9123683E, "btrfs"],
    [0x9123683E | 0, "btrfs"], // As a signed number, which the kernel's type is on some machines.
    [0x2FC12FC1, "zfs"],
    [0x794C7630, "overlay"],
    [0x01021994, "tmpfs"],
    [0x12345678, "0x12345678"],
  ];
  for (const [type, name] of cases) {
    const ground = judgeFileSystem(type);
    assert.ok(ground.kind === "unsure" && ground.message.includes(name), name);
  }
});
