// Our adapters by the names that recorded cases give them.
// Knows no case.
import {
  type Adapter,
  bamlAdapter,
  chatAdapter,
  chatOnlyAdapter,
  jsonAdapter,
  xmlAdapter,
} from "../../programs/index.ts";

const ADAPTERS: Readonly<Record<string, Adapter>> = {
  chat: chatAdapter,
  json: jsonAdapter,
  xml: xmlAdapter,
  baml: bamlAdapter,
};

/** The adapter of a case; undefined where we do not have it. */
export function adapterNamed(name: string, useJsonFallback = true): Adapter | undefined {
  const known = name.startsWith("default") ? "chat" : name;
  if (known === "chat" && !useJsonFallback) return chatOnlyAdapter;
  return Object.hasOwn(ADAPTERS, known) ? ADAPTERS[known] : undefined;
}
