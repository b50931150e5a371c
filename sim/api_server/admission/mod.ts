/**
 * What the simulated server refuses beyond the schemas of its kinds.
 *
 * @module
 */

export { admissions } from "./admissions.ts";
