/**
 * Branded primitives: a number of bytes is not a number of milliseconds, and the compiler knows.
 *
 * @module
 */

declare const brand: unique symbol;

/** `Base` marked with the unit `Name`; values come only from the constructors beside each unit. */
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };
