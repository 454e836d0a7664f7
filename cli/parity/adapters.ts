// Our adapters by the names that recorded cases give them.
// Knows no case.
import { type Adapter, chatAdapter, chatOnlyAdapter, jsonAdapter } from "../../programs/index.ts";

const ADAPTERS: Readonly<Record<string, Adapter>> = { chat: chatAdapter, json: jsonAdapter };

/** The adapter of a case; undefined where we do not have it. */
export function adapterNamed(name: string, useJsonFallback = true): Adapter | undefined {
  const known = name.startsWith("default") ? "chat" : name;
  if (known === "chat" && !useJsonFallback) return chatOnlyAdapter;
  return Object.hasOwn(ADAPTERS, known) ? ADAPTERS[known] : undefined;
}
