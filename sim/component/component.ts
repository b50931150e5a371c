/**
 * A component of the world acts by itself as time passes: the operator, the resizer, a kubelet.
 *
 * @module
 */

/** Something that is brought up to the present, step by step. */
export interface Component {
  /** Does what is due by `nowMs`, which never runs backwards. */
  step(nowMs: number): void;
}
