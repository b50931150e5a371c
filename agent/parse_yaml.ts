/**
 * The YAML parser, in a module of its own that is loaded when it is needed.
 *
 * Bundlers give what `import()` loads of a CommonJS package no named exports; those of this module they keep.
 *
 * @module
 */

export { parse as parseYaml } from "yaml";
