/**
 * A secret that cannot be printed by accident.
 *
 * @module
 */

const MASK = "***";

/**
 * Wraps a secret so that string conversion, JSON, `console` and object inspection show a mask.
 * Only {@link Redacted.reveal} gives the value, at the one place that sends it.
 */
export class Redacted {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return MASK;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return MASK;
  }
}
