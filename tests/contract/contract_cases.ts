/**
 * Every clause of the contract between the product's simulated API server and the real one.
 *
 * @module
 */

import { APPLY_CASES } from "./apply_cases.ts";
import { CLAIM_CASES } from "./claim_cases.ts";
import { DELETION_CASES } from "./deletion_cases.ts";
import { DISCOVERY_CASES } from "./discovery_cases.ts";
import { EVENT_CASES } from "./event_cases.ts";
import { LEASE_CASES } from "./lease_cases.ts";
import { LIST_CASES } from "./list_cases.ts";
import { OBJECT_CASES } from "./object_cases.ts";
import { PATCH_CASES } from "./patch_cases.ts";
import { QUOTA_CASES } from "./quota_cases.ts";
import { SELECTOR_CASES } from "./selector_cases.ts";
import { STATUS_CASES } from "./status_cases.ts";
import { TABLE_CASES } from "./table_cases.ts";
import { TOKEN_CASES } from "./token_cases.ts";
import { UNKNOWN_FIELD_CASES } from "./unknown_field_cases.ts";
import { VALIDATION_CASES } from "./validation_cases.ts";
import { WATCH_CASES } from "./watch_cases.ts";
import type { ContractCase } from "./contract_world.ts";

/** What holds of a real API server and must hold of the simulated one. */
export const CONTRACT_CASES: readonly ContractCase[] = [
  ...OBJECT_CASES,
  ...DELETION_CASES,
  ...PATCH_CASES,
  ...APPLY_CASES,
  ...STATUS_CASES,
  ...VALIDATION_CASES,
  ...UNKNOWN_FIELD_CASES,
  ...SELECTOR_CASES,
  ...LIST_CASES,
  ...WATCH_CASES,
  ...CLAIM_CASES,
  ...QUOTA_CASES,
  ...LEASE_CASES,
  ...EVENT_CASES,
  ...TOKEN_CASES,
  ...TABLE_CASES,
  ...DISCOVERY_CASES,
];
