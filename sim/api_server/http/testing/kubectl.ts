/**
 * The real kubectl before the simulated API server.
 *
 * @module
 */

import { kubeconfigText } from "../write_kubeconfig.ts";
import { ADMIN_TOKEN, type HttpRig, startHttpRig } from "./http_rig.ts";

/** Longest run of one command; a busy machine takes a second or two. */
const COMMAND_MS_MAX = 30_000;

/** What a command came to. */
export interface KubectlResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** kubectl in the namespace `a`, with directories of its own. */
export interface KubectlRig extends AsyncDisposable {
  readonly rig: HttpRig;
  run(args: readonly string[], stdin?: string): Promise<KubectlResult>;
  /** Starts a command that goes on until it is killed. */
  start(args: readonly string[]): Deno.ChildProcess;
}

/** Registers a test that needs kubectl: it is ignored and says why, or fails where `CI` is set. */
export async function kubectlTest(
  name: string,
  test: (kubectl: KubectlRig) => Promise<void>,
): Promise<void> {
  const isMissing = !await hasKubectl();
  const reason = "cannot run: kubectl is not in PATH";
  Deno.test({
    name: isMissing ? `${name} (${reason})` : name,
    ignore: isMissing && !Deno.env.get("CI"),
    async fn(): Promise<void> {
      if (isMissing) throw new Error(`The test ${reason}`);
      await using kubectl = await startKubectl();
      await test(kubectl);
    },
  });
}

async function hasKubectl(): Promise<boolean> {
  for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
    const found = await Deno.stat(`${directory}/kubectl`).then((info) => info.isFile, () => false);
    if (found) return true;
  }
  return false;
}

async function startKubectl(): Promise<KubectlRig> {
  await using started = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "kubectl-" });
  started.defer(() => Deno.remove(directory, { recursive: true }));
  const rig = started.use(await startHttpRig({ anonymousUser: "kubernetes-admin" }));
  const kubeconfig = kubeconfigText({
    serverUrl: rig.served.url,
    token: ADMIN_TOKEN,
    contextName: "simulated",
    namespace: "a",
  });
  await Deno.writeTextFile(`${directory}/config`, kubeconfig);
  function command(args: readonly string[], hasInput: boolean): Deno.Command {
    return new Deno.Command("kubectl", {
      args: [`--cache-dir=${directory}/cache`, ...args],
      env: { KUBECONFIG: `${directory}/config`, HOME: directory, NO_PROXY: "127.0.0.1" },
      stdin: hasInput ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(COMMAND_MS_MAX),
    });
  }
  const running = started.move();
  return {
    rig,
    async run(args, stdin): Promise<KubectlResult> {
      const child = command(args, stdin !== undefined).spawn();
      if (stdin !== undefined) {
        const writer = child.stdin.getWriter();
        await writer.write(new TextEncoder().encode(stdin));
        await writer.close();
      }
      const { success, stdout, stderr } = await child.output();
      const decoder = new TextDecoder();
      return { ok: success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
    start: (args) => command(args, false).spawn(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
