/**
 * The Common Expression Language as Kubernetes offers it to CustomResourceDefinitions, as far as it is needed:
 * the standard library, optional values and the quantity library. A rule that calls anything else does not
 * compile.
 *
 * @module
 */

import { Environment } from "@marcbachmann/cel-js";
import { compareQuantities, parseQuantity, type Quantity } from "../../../lib/units/quantity.ts";

/** A quantity inside of an expression: the language tells custom types by their constructor. */
class QuantityValue {
  readonly #quantity: Quantity;

  constructor(text: string) {
    this.#quantity = parseQuantity(text);
  }

  compareTo(other: QuantityValue): number {
    return compareQuantities(this.#quantity, other.#quantity);
  }
}

/** An environment in which rules about `self` compile. */
export function ruleEnvironment(): Environment {
  return new Environment({ enableOptionalTypes: true })
    .registerType("Quantity", QuantityValue)
    .registerVariable("self", "dyn")
    .registerFunction("isQuantity(string): bool", isQuantity)
    .registerFunction("quantity(string): Quantity", (text: string) => new QuantityValue(text))
    .registerFunction(
      "Quantity.compareTo(Quantity): int",
      (one: QuantityValue, other: QuantityValue) => BigInt(one.compareTo(other)),
    )
    .registerFunction(
      "Quantity.isGreaterThan(Quantity): bool",
      (one: QuantityValue, other: QuantityValue) => one.compareTo(other) > 0,
    )
    .registerFunction(
      "Quantity.isLessThan(Quantity): bool",
      (one: QuantityValue, other: QuantityValue) => one.compareTo(other) < 0,
    );
}

/** The environment of transition rules, which may speak of the value before: there always, or perhaps. */
export function transitionEnvironment(presence: "always" | "optional"): Environment {
  return ruleEnvironment().registerVariable(
    "oldSelf",
    presence === "always" ? "dyn" : "optional<dyn>",
  );
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
