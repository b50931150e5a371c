/**
 * The default export of prom-client/lib/gauge.js, as prom-client types it at its entry.
 *
 * @module
 */

export { Gauge as default } from "prom-client";
