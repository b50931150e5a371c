import assert from "node:assert/strict";

import { hasProgram } from "../lab/command.ts";
import { startDemo } from "./running_demo.ts";

/** Longest run of one command on a busy machine. */
const COMMAND_MS_MAX = 30_000;
const TRIES_MAX = 40;
const TRY_AGAIN_MS = 250;

const isMissing = !await hasProgram("kubectl");
const reason = isMissing ? " (cannot run: kubectl is not in PATH)" : "";

async function kubectl(kubeconfigFile: string, ...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("kubectl", {
    args: [`--cache-dir=${kubeconfigFile}.cache`, ...args],
    env: { KUBECONFIG: kubeconfigFile, NO_PROXY: "127.0.0.1" },
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(COMMAND_MS_MAX),
  }).output();
  const decoder = new TextDecoder();
  assert.equal(success, true, decoder.decode(stderr));
  return decoder.decode(stdout);
}

async function eventually(look: () => Promise<string>, wanted: RegExp): Promise<void> {
  let found = "";
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    found = await look();
    if (wanted.test(found)) return;
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
  assert.match(found, wanted);
}

Deno.test({
  name: `kubectl sees the clusters of a running demonstration and pauses one${reason}`,
  ignore: isMissing && !Deno.env.get("CI"),
  async fn(): Promise<void> {
    await using demo = await startDemo({ seed: 7 });
    const { kubeconfigFile } = demo;
    const kinds = "storagepolicies,storageevents,clusterstorage";
    await eventually(
      () => kubectl(kubeconfigFile, "get", kinds, "-A"),
      /NAMESPACE +NAME +LEVEL +PRESSURE +FULL-IN +POLICY +NEXT-ACTION +AGE\n/,
    );
    await kubectl(
      kubeconfigFile,
      ...["annotate", "cluster", "-n", "shop", "orders"],
      "storage.cnpg.supporttools.io/paused=true",
    );
    await eventually(
      () =>
        kubectl(
          kubeconfigFile,
          ...["get", "clusterstorage", "-n", "shop", "orders", "-o"],
          'jsonpath={.status.conditions[?(@.type=="Managed")].reason}',
        ),
      /^Paused$/,
    );
    const metrics = await fetch(demo.metricsUrl).then((response) => response.text());
    assert.match(metrics, /^cnpg_storage_manager_/m);
    const { code, stdout } = await demo.stop();
    assert.equal(code, 0);
    assert.match(stdout, /Ended before \d of 9 stories were over/);
    await assert.rejects(Deno.stat(kubeconfigFile), Deno.errors.NotFound);
  },
});
