/**
 * Configuration of the sources besides the agents (docs/sources.md).
 *
 * @module
 */

import * as z from "zod";

/** Names of labels in Prometheus. */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Matchers of a selector, without its braces. */
const MATCHERS = /^([a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~)"[^"\\\n]*"(,|$))*$/;

const optionalFile = z.string().max(4_096).default("");

const label = z.string().max(256).regex(LABEL_NAME, { error: "expected the name of a label" });

/** An origin, perhaps with a path: what is asked is added to it. */
const address = z.string().max(2_048).refine(
  (text) => text === "" || isAddress(text),
  {
    error: "expected an http or https address without credentials, query and fragment",
    params: { secret: true },
  },
);

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ["http:", "https:"].includes(url.protocol) && url.username === "" &&
    url.password === "" && url.search === "" && url.hash === "";
}

const prometheusSchema = z.object({
  enabled: z.boolean().default(false),
  address: address.default(""),
  namespaceLabel: label.default("namespace"),
  matchers: z.string().max(1_024).regex(MATCHERS, {
    error: 'expected matchers of labels such as cluster="prod"',
  }).default(""),
  headersFile: optionalFile,
  caFile: optionalFile,
}).refine(({ enabled, address }) => !enabled || address !== "", {
  path: ["address"],
  error: "expected the address of Prometheus because enabled is true",
});

/** The `sources` of the configuration. */
export const sourcesSchema = z.object({
  kubelet: z.object({ enabled: z.boolean().default(true), caFile: optionalFile }).prefault({}),
  prometheus: prometheusSchema.prefault({}),
  instanceMetrics: z.object({ enabled: z.boolean().default(true) }).prefault({}),
});

/** Which sources are asked besides the agents, and how. An empty file name is none. */
export type SourcesConfig = z.output<typeof sourcesSchema>;
