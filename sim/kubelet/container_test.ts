import assert from "node:assert/strict";
import { createPostgres } from "../postgres/create_postgres.ts";
import type { Postgres } from "../postgres/postgres.ts";
import { createFileSystem } from "../storage/create_file_system.ts";
import { CONTAINER_START_MS, createContainer, READY_AFTER_MS } from "./container.ts";

const SEGMENT = 16 * 1024 ** 2;

function createServer(): Postgres {
  return createPostgres({
    dataFileSystem: createFileSystem({ deviceBytes: 10 * SEGMENT }),
    isPrimary: true,
    createdAtMs: 0,
  });
}

/** Somebody takes all the room there is; the server ends when it needs some. */
function crash(postgres: Postgres, atMs: number): void {
  postgres.dataFileSystem.allocate(postgres.dataFileSystem.availableBytes);
  postgres.setWorkload({ walBytesPerSecond: 1000 * SEGMENT, dataBytesPerSecond: 0 });
  postgres.step(atMs);
  assert.equal(postgres.state.kind, "exited");
}

Deno.test("step() restarts at once after the first end, and then with pauses", () => {
  const postgres = createServer();
  const container = createContainer(0);
  container.step(postgres, CONTAINER_START_MS);
  crash(postgres, 2_000);
  container.step(postgres, 2_000);
  assert.equal(container.state.kind === "waiting" && container.state.delayMs, 0);
  container.step(postgres, 2_100);
  assert.equal(container.restartCount, 1);
  assert.equal(container.state.kind === "waiting" && container.state.delayMs, 10_000);
  assert.equal(container.lastEnd?.exitCode, 4);
});

Deno.test("step() forgets earlier ends when a container ran for ten minutes", () => {
  const postgres = createServer();
  const container = createContainer(0);
  container.step(postgres, 1_000);
  crash(postgres, 2_000);
  container.step(postgres, 2_000);
  container.step(postgres, 2_100);
  container.step(postgres, 12_100);
  assert.equal(container.state.kind === "waiting" && container.state.delayMs, 20_000);
  postgres.setWorkload({ walBytesPerSecond: 0, dataBytesPerSecond: 0 });
  postgres.dataFileSystem.growTo(1000 * SEGMENT);
  container.step(postgres, 40_000);
  container.step(postgres, 40_000 + READY_AFTER_MS);
  assert.equal(container.ready, true);
  postgres.step(640_000);
  crash(postgres, 650_000);
  container.step(postgres, 650_000);
  assert.equal(container.ready, false);
  assert.equal(container.state.kind === "waiting" && container.state.delayMs, 0);
});
