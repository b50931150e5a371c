import assert from "node:assert/strict";
import { linkerFlags } from "./binaries.ts";
import { moduleVersion, parseRequiredVersion } from "./versions.ts";

Deno.test("parseRequiredVersion() reads single and grouped requires", () => {
  assert.equal(parseRequiredVersion("module x\nrequire a.b/c v1.2.3\n", "a.b/c"), "1.2.3");
  assert.equal(
    parseRequiredVersion("require (\n\ta.b/c/d v9.0.0\n\ta.b/c v1.2.3 // x\n)", "a.b/c"),
    "1.2.3",
  );
});

Deno.test("parseRequiredVersion() throws when only a replace names the module", () => {
  assert.throws(() => parseRequiredVersion("replace a.b/c => a.b/c v1.0.0", "a.b/c"), SyntaxError);
});

Deno.test("moduleVersion() finds every version in the go.mod files", async () => {
  for (const module of ["etcd", "kubernetes", "cnpg", "helm"] as const) {
    assert.match(await moduleVersion(module), /^\d+\.\d+\.\d+$/);
  }
});

Deno.test("linkerFlags() tells Kubernetes its version", () => {
  assert.match(
    linkerFlags("kubernetes", "1.36.3"),
    /gitVersion=v1\.36\.3 .*gitMajor=1 .*gitMinor=36$/,
  );
  assert.equal(linkerFlags("etcd", "3.6.5"), "-s -w");
});

Deno.test("staging modules of Kubernetes are replaced by the same release", async () => {
  const version = await moduleVersion("kubernetes");
  const goMod = await Deno.readTextFile(new URL("./go/kubernetes/go.mod", import.meta.url));
  const replaced = [...goMod.matchAll(/=> k8s\.io\/\S+ v(\S+)/g)].map((match) => match[1]);
  assert.ok(replaced.length > 20);
  assert.deepEqual([...new Set(replaced)], [version.replace(/^1\./, "0.")]);
});
