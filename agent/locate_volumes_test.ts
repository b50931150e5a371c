import assert from "node:assert/strict";
import { type DirectoryReader, locateVolumes, type PathKind } from "./locate_volumes.ts";
import { TABLESPACES_PATH } from "./volume.ts";

const BASE = "/var/lib/postgresql";

function tree(
  kinds: Readonly<Record<string, PathKind>>,
  names?: readonly string[],
): DirectoryReader {
  return {
    kindOf: (path) => Promise.resolve(kinds[path] ?? "absent"),
    names: () => names === undefined ? Promise.reject(new Error("EIO")) : Promise.resolve(names),
  };
}

const CASES: Record<string, {
  kinds: Record<string, PathKind>;
  names?: readonly string[];
  root?: string;
  roles: readonly string[];
}> = {
  "nothing is mounted": { kinds: {}, roles: [] },
  "only data is mounted": { kinds: { [`${BASE}/data`]: "directory" }, roles: ["data"] },
  "the WAL path is a link's remains": {
    kinds: { [`${BASE}/data`]: "directory", [`${BASE}/wal`]: "other" },
    roles: ["data"],
  },
  "a volume cannot be examined": {
    kinds: { [`${BASE}/data`]: "unknown", [`${BASE}/wal`]: "unknown" },
    roles: ["data", "wal"],
  },
  "there is a root": {
    kinds: { [`/mnt${BASE}/data`]: "directory", [`${BASE}/wal`]: "directory" },
    root: "/mnt/",
    roles: ["data"],
  },
  "tablespaces lie among other names": {
    kinds: {
      [`${BASE}/data`]: "directory",
      [TABLESPACES_PATH]: "directory",
      [`${TABLESPACES_PATH}/b`]: "directory",
      [`${TABLESPACES_PATH}/a`]: "directory",
      [`${TABLESPACES_PATH}/..2026`]: "directory",
      [`${TABLESPACES_PATH}/lost+found`]: "directory",
      [`${TABLESPACES_PATH}/file`]: "other",
    },
    names: ["b", "a", "..2026", "lost+found", "file"],
    roles: ["data", "tbs:a", "tbs:b"],
  },
};

for (const [name, { kinds, names, root, roles }] of Object.entries(CASES)) {
  Deno.test(`locateVolumes() finds ${roles.join(", ") || "nothing"} when ${name}`, async () => {
    const found = await locateVolumes(tree(kinds, names), root ?? "/");
    assert.deepEqual(found.map(({ role }) => role), roles);
  });
}

Deno.test("locateVolumes() says mount paths without the root and paths with it", async () => {
  const [volume] = await locateVolumes(tree({ [`/mnt${BASE}/data`]: "directory" }), "/mnt");
  assert.deepEqual(volume, {
    role: "data",
    mountPath: `${BASE}/data`,
    path: `/mnt${BASE}/data`,
  });
});

Deno.test("locateVolumes() keeps known tablespaces when they cannot be listed", async () => {
  const kinds = {
    [TABLESPACES_PATH]: "directory",
    [`${TABLESPACES_PATH}/a`]: "directory",
  } as const;
  const known = await locateVolumes(tree(kinds, ["a"]), "/");
  assert.equal(known.length, 1);
  assert.deepEqual(await locateVolumes(tree(kinds), "/", known), known);
});

Deno.test("locateVolumes() finds no more volumes than a report may carry", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `t${index}`);
  const kinds: Record<string, PathKind> = {
    [`${BASE}/data`]: "directory",
    [TABLESPACES_PATH]: "directory",
  };
  for (const name of names) kinds[`${TABLESPACES_PATH}/${name}`] = "directory";
  const found = await locateVolumes(tree(kinds, names), "/");
  assert.equal(found.length, 64);
  assert.equal(found[0]?.role, "data");
});
