// The program of this example: a support ticket goes in, the team that has to act on it comes out. Also its metric and its data.
// Knows nothing of models, stores or optimizers; `main.ts` brings those.
import { fileURLToPath } from "node:url";
import { type Dataset, exactMatch, jsonlDataset, predict, signature } from "../../index.ts";

/** The teams that a ticket may go to. */
export const categories = [
  "billing",
  "refund",
  "login",
  "shipping",
  "bug_report",
  "feature_request",
  "cancellation",
  "account_security",
] as const;

/** Routes one ticket. Its instructions are as short as a first draft is; the optimizer adds what is missing, as demonstrations. */
export const program = predict(
  signature(
    "ticket: str -> category: Literal['billing', 'refund', 'login', 'shipping', 'bug_report', 'feature_request', 'cancellation', 'account_security']",
    { instructions: "Route the customer's support ticket to the one team that has to act on it first." },
  ),
);

/** Whether the ticket went to the right team: 1 or 0. */
export const metric = exactMatch("category", { normalize: "none" });

/** Where this file lies. */
export const programFile = fileURLToPath(import.meta.url);

/** The parts of the data. */
export type Split = "train" | "dev" | "test";

/** Where one split lies. */
export function ticketsFile(split: Split): string {
  return fileURLToPath(new URL(`./data/${split}.jsonl`, import.meta.url));
}

/** Reads one split of the tickets; `data/README.md` says how they came about. */
export function tickets(split: Split): Promise<Dataset> {
  return jsonlDataset(ticketsFile(split), { name: `tickets/${split}`, inputs: ["ticket"], ids: "id" });
}

/** What `dspex eval` evaluates on. */
export const dataset = (): Promise<Dataset> => tickets("test");
/** What `dspex optimize` draws demonstrations from. */
export const trainset = (): Promise<Dataset> => tickets("train");
/** What `dspex optimize` chooses by. */
export const valset = (): Promise<Dataset> => tickets("dev");
