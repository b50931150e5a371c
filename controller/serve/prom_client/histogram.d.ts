/**
 * The default export of prom-client/lib/histogram.js, as prom-client types it at its entry.
 *
 * @module
 */

export { Histogram as default } from "prom-client";
