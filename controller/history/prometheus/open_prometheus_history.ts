/**
 * Connects the history to the Prometheus that is configured as a source.
 *
 * @module
 */

import type { Clock } from "../../../kube/clock.ts";
import type { ReadTextFile } from "../../../kube/connection.ts";
import { createDenoTransport } from "../../../kube/deno_transport.ts";
import type { ControllerConfig } from "../../config/mod.ts";
import { createPrometheusClient } from "../../sources/prometheus/client.ts";
import { createHeadersReader } from "../../sources/prometheus/headers_file.ts";
import type { History } from "../history.ts";
import { createPrometheusHistory } from "./prometheus_history.ts";

/** What connecting needs. */
export interface OpenPrometheusDependencies {
  readonly prometheus: ControllerConfig["sources"]["prometheus"];
  readonly clock: Clock;
  readonly readTextFile: ReadTextFile;
}

/** The history of a Prometheus; its connections end with it. */
export function openPrometheusHistory(dependencies: OpenPrometheusDependencies): History {
  const { prometheus: { address, caFile, headersFile, namespaceLabel, matchers }, clock } =
    dependencies;
  const transport = createDenoTransport({
    server: address,
    caFile: caFile === "" ? undefined : caFile,
    token: { kind: "none" },
  }, dependencies);
  const readHeaders = createHeadersReader(headersFile, dependencies);
  const history = createPrometheusHistory({
    prometheus: createPrometheusClient({ transport, clock, address, readHeaders }),
    clock,
    namespaceLabel,
    matchers,
  });
  return {
    ...history,
    close(): Promise<void> {
      transport.close();
      return Promise.resolve();
    },
  };
}
