// Opens the application, or its record alone, over the store that the command line names.
// Knows nothing of commands.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createRuntime, levelStore, type ResultStore, type Runtime } from "../index.ts";
import type { CommandContext } from "./command.ts";

/** Where the record lies unless somebody says otherwise. */
const DEFAULT_STORE = ".dspex";

/** Opens a runtime to work with. Rejects with STORE_LOCKED and its like. */
export async function openRuntime(context: CommandContext): Promise<Runtime> {
  // Workers are started by the first program or optimizer that needs one.
  return createRuntime({ store: storeFolder(context), env: context.env, inspection: "try", python: {} });
}

/** Opens the record to read from it; undefined where there is none, which reading must not make. Rejects with STORE_LOCKED and its like. */
export async function openRecord(context: CommandContext): Promise<ResultStore | undefined> {
  const folder = storeFolder(context);
  if (!existsSync(folder)) return undefined;
  const store = levelStore({ folder });
  await store.open();
  return store;
}

/** The store's folder, absolute. */
export function storeFolder({ flags, cwd }: CommandContext): string {
  return resolve(cwd, flags.store ?? DEFAULT_STORE);
}

/** A `dspex` command line over the same store, to be copied. */
export function commandText({ flags }: CommandContext, ...words: readonly string[]): string {
  const store = flags.store === undefined || flags.store === DEFAULT_STORE ? [] : ["--store", flags.store];
  return ["dspex", ...words, ...store].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
