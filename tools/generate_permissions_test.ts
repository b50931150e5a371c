import assert from "node:assert/strict";
import { permissionsPage } from "./generate_permissions.ts";

Deno.test("permissionsPage() lists every flag of every process with its limits", () => {
  const config = JSON.stringify({
    tasks: {
      controller: "deno run --allow-net --allow-env=A,B controller/main.ts",
      agent: "deno run --allow-sys=statfs agent/main.ts",
      plugin: "deno run --allow-run plugin/main.ts",
      demo: "deno run --allow-write=/tmp demo/main.ts",
    },
  });
  const page = permissionsPage(config);
  assert.match(
    page,
    /## controller\n\n.*\n.*\n\| `--allow-net` \| open network connections \| any \|/,
  );
  assert.match(page, /\| `--allow-env` \| read these environment variables \| `A`, `B` \|/);
  assert.match(
    page,
    /## demo\n\n.*\n.*\n\| `--allow-write` \| write files \| `\/tmp` \|/,
  );
  assert.match(
    page,
    /## agent\n\n.*\n.*\n\| `--allow-sys` \| ask the system for this \| `statfs` \|/,
  );
});
