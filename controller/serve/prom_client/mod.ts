/**
 * The parts of prom-client that are used, without its entry: that one also loads a push gateway, metrics of
 * Node.js and the aggregation of worker processes, which cost 5 MB of memory (docs/budgets.md).
 *
 * @module
 */

// @ts-types="./counter.d.ts"
import Counter from "prom-client/lib/counter.js";
// @ts-types="./gauge.d.ts"
import Gauge from "prom-client/lib/gauge.js";
// @ts-types="./histogram.d.ts"
import Histogram from "prom-client/lib/histogram.js";
// @ts-types="./registry.d.ts"
import Registry from "prom-client/lib/registry.js";

export { Counter, Gauge, Histogram, Registry };
