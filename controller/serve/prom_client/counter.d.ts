/**
 * The default export of prom-client/lib/counter.js, as prom-client types it at its entry.
 *
 * @module
 */

export { Counter as default } from "prom-client";
