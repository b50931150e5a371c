/**
 * The default export of prom-client/lib/registry.js, as prom-client types it at its entry.
 *
 * @module
 */

export { Registry as default } from "prom-client";
