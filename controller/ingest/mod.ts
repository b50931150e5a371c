/**
 * Takes reports of agents: who sends, whether they may, and what they say.
 *
 * @module
 */

export * from "./ingest_app.ts";
export * from "./ports.ts";
export type { RefusalReason } from "./refusal.ts";
