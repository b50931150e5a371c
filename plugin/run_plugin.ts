/**
 * Carries out one command.
 *
 * @module
 */

import { startWatchdog } from "../kube/abort.ts";
import type { CallOptions } from "../kube/api.ts";
import { millis } from "../lib/units/millis.ts";
import { completeWords } from "./complete.ts";
import { UnreachableError } from "./connect/unreachable_error.ts";
import { parseArguments } from "./parse_arguments.ts";
import type { OpenedApi, PluginPorts } from "./ports.ts";
import { clusterStatusLines } from "./present/cluster_status.ts";
import { listDocumentOf, reportDocumentOf } from "./present/document.ts";
import { explainCluster } from "./present/explain_cluster.ts";
import { absenceLines, failureLines, noneLines } from "./present/failure.ts";
import { remediesOf } from "./present/remedies.ts";
import { serialize } from "./present/serialize.ts";
import { storageListLines, worstFirst } from "./present/storage_list.ts";
import { COLOUR_STYLE, PLAIN_STYLE } from "./present/style.ts";
import { readCluster } from "./read/read_cluster.ts";
import { ReadFailure } from "./read/read_failure.ts";
import { readStorageList } from "./read/read_list.ts";
import type { ClusterReport } from "./read/report.ts";
import { CLUSTER_STORAGES } from "./read/resources.ts";
import { whyAbsent } from "./read/why_absent.ts";
import type { ReadOptions, Request } from "./request.ts";
import { PLUGIN_VERSION } from "./version.ts";

const HTTP_NOT_FOUND = 404;

/** Carries out the command of `args` and gives the exit status: 0, or 1 after anything that went wrong. */
export async function runPlugin(args: readonly string[], ports: PluginPorts): Promise<number> {
  const request = parseArguments(args);
  try {
    return await carryOut(request, ports);
  } catch (error) {
    sayLines(ports, failureLines(error));
    return 1;
  }
}

async function carryOut(request: Request, ports: PluginPorts): Promise<number> {
  switch (request.kind) {
    case "usage":
      if (request.failed) ports.writeError(request.text);
      else ports.writeOut(request.text);
      return request.failed ? 1 : 0;
    case "version":
      ports.writeOut(
        await serialize({ version: PLUGIN_VERSION }, request.form) ?? `${PLUGIN_VERSION}\n`,
      );
      return 0;
    case "complete":
      ports.writeOut(await completeWords(request.words, ports));
      return 0;
    case "explain":
      return await withApi(
        request.options,
        ports,
        (opened, call) =>
          showCluster("explain", request.cluster, request.options, opened, call, ports),
      );
    case "status": {
      const { cluster, options } = request;
      return await withApi(
        options,
        ports,
        (opened, call) =>
          cluster === undefined
            ? showList(options, opened, call, ports)
            : showCluster("status", cluster, options, opened, call, ports),
      );
    }
  }
}

/** Opens a client for one command, and ends what is under way when its time is over. */
async function withApi(
  options: ReadOptions,
  ports: PluginPorts,
  command: (opened: OpenedApi, call: CallOptions) => Promise<number>,
): Promise<number> {
  const opened = await ports.openApi(options.connection);
  const ending = new AbortController();
  using _limit = startWatchdog(ports.clock, options.timeoutMs, () => {
    const problem = `no answer within ${options.timeoutMs / 1_000} s (--request-timeout)`;
    ending.abort(new UnreachableError(problem));
  });
  try {
    return await command(opened, { signal: ending.signal, deadlineMs: options.timeoutMs });
  } finally {
    opened.close();
  }
}

async function showList(
  options: ReadOptions,
  { api, namespace }: OpenedApi,
  call: CallOptions,
  ports: PluginPorts,
): Promise<number> {
  const scope = options.allNamespaces ? {} : { namespace };
  const { storages, problems } = await readStorageList(api, scope, call);
  sayLines(ports, problems.map((problem) => `Warning: ${problem}`));
  const sorted = worstFirst(storages);
  const document = await serialize(listDocumentOf(sorted), options.form);
  if (document !== undefined) ports.writeOut(document);
  else if (options.form === "name") writeLines(ports, sorted.map(resourceName));
  else if (sorted.length === 0) {
    sayLines(ports, noneLines(options.allNamespaces ? undefined : namespace));
  } else {
    const { allNamespaces: namespaces, headings } = options;
    const view = { ...viewOf(options, ports), namespaces, headings };
    writeLines(ports, storageListLines(sorted, view));
  }
  return problems.length === 0 ? 0 : 1;
}

async function showCluster(
  command: "status" | "explain",
  name: string,
  options: ReadOptions,
  { api, namespace }: OpenedApi,
  call: CallOptions,
  ports: PluginPorts,
): Promise<number> {
  if (options.allNamespaces) {
    throw new Error("a resource cannot be retrieved by name across all namespaces");
  }
  const cluster = { namespace, name };
  const report = await readCluster(api, cluster, call).catch(async (error: unknown) => {
    if (!(error instanceof ReadFailure) || error.code !== HTTP_NOT_FOUND) throw error;
    sayLines(ports, absenceLines(cluster, await whyAbsent(api, cluster, call), command));
    return undefined;
  });
  if (report === undefined) return 1;
  await writeReport(command, report, options, ports);
  return 0;
}

async function writeReport(
  command: "status" | "explain",
  report: ClusterReport,
  options: ReadOptions,
  ports: PluginPorts,
): Promise<void> {
  const view = viewOf(options, ports);
  const explanation = explainCluster(report, view.nowMs);
  const remedies = remediesOf(report);
  const document = await serialize(
    reportDocumentOf(report, {
      explanation: explanation.map(({ heading, sentences }) => ({
        heading,
        sentences: [...sentences],
      })),
      remedies,
    }),
    options.form,
  );
  if (document !== undefined) return ports.writeOut(document);
  if (options.form === "name") return writeLines(ports, [resourceName(report.storage)]);
  if (command === "status") return writeLines(ports, clusterStatusLines(report, view));
  writeLines(
    ports,
    explanation.flatMap(({ heading, sentences }, index) => [
      ...index === 0 ? [] : [""],
      view.style.paint("heading", heading),
      ...sentences.map((sentence) => `  ${sentence}`),
    ]),
  );
}

function viewOf(
  { form, headings, colour }: ReadOptions,
  ports: PluginPorts,
): Parameters<typeof clusterStatusLines>[1] {
  return {
    headings,
    wide: form === "wide",
    style: colour && ports.colour ? COLOUR_STYLE : PLAIN_STYLE,
    nowMs: millis(ports.clock.now()),
  };
}

/** As `kubectl get -o name` writes it, so that it can be handed back to kubectl. */
function resourceName({ name }: { readonly name: string }): string {
  return `${CLUSTER_STORAGES.kind.toLowerCase()}.${CLUSTER_STORAGES.group}/${name}`;
}

function writeLines(ports: PluginPorts, lines: readonly string[]): void {
  if (lines.length > 0) ports.writeOut(`${lines.join("\n")}\n`);
}

function sayLines(ports: PluginPorts, lines: readonly string[]): void {
  if (lines.length > 0) ports.writeError(`${lines.join("\n")}\n`);
}
