// From "provider/model" and an environment to a client.
// Knows nothing of process.env: the environment is passed in.
import { lmKeyMissing, lmProviderUnknown } from "./errors.ts";
import { type OpenaiCompatibleOptions, openaiCompatible } from "./openai-compatible.ts";
import type { LmProvider } from "./provider.ts";
import { PROVIDER_TABLE, type ProviderEntry } from "./provider-table.ts";
import type { Secret } from "./secret.ts";

/** Where keys and addresses come from, and how to connect. */
export interface ResolveProviderOptions
  extends Omit<OpenaiCompatibleOptions, "baseUrl" | "model" | "providerName" | "keyVariables" | "apiKey"> {
  /** The environment, as `process.env` has it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In place of the service's address and of the environment's. */
  readonly baseUrl?: string;
  /** In place of the environment's. */
  readonly apiKey?: string | Secret;
}

/**
 * Makes a client of the service and model that a string such as `openai/gpt-4o-mini` names.
 *
 * Everything after the first slash is the model: `openrouter/meta-llama/llama-3.3-70b-instruct` is one.
 * @throws LM_PROVIDER_UNKNOWN with the nearest name, LM_KEY_MISSING naming the variable, LM_BASE_URL_INVALID.
 */
export function resolveProvider(name: string, options: ResolveProviderOptions): LmProvider {
  const slash = name.indexOf("/");
  const providerName = slash === -1 ? name : name.slice(0, slash);
  const model = slash === -1 ? "" : name.slice(slash + 1);
  const entry = Object.hasOwn(PROVIDER_TABLE, providerName) ? PROVIDER_TABLE[providerName] : undefined;
  if (entry === undefined || model === "") throw lmProviderUnknown(name, knownProviders());
  const { env, apiKey, baseUrl, ...rest } = options;
  const key = apiKey ?? firstSet(env, entry.keyVariables);
  if (key === undefined && entry.keyVariables.length > 0 && entry.keyIsOptional !== true) {
    throw lmKeyMissing({ provider: providerName, model }, entry.keyVariables);
  }
  return openaiCompatible({
    ...rest,
    providerName,
    model,
    baseUrl: baseUrl ?? environmentUrl(providerName, env, entry) ?? entry.baseUrl,
    keyVariables: entry.keyVariables,
    ...(key === undefined ? {} : { apiKey: key }),
  });
}

/** The names that may stand before the slash. */
export function knownProviders(): readonly string[] {
  return Object.keys(PROVIDER_TABLE);
}

function environmentUrl(
  providerName: string,
  env: ResolveProviderOptions["env"],
  entry: ProviderEntry,
): string | undefined {
  const given = firstSet(env, entry.baseUrlVariables);
  return given === undefined || providerName !== "ollama" ? given : ollamaUrl(given);
}

/** OLLAMA_HOST is what the server binds to: `host`, `host:port` or a URL, and 0.0.0.0 where it listens on all interfaces. */
function ollamaUrl(host: string): string {
  const withScheme = /^https?:\/\//.test(host) ? host : `http://${host}`;
  if (!URL.canParse(withScheme)) return withScheme;
  const url = new URL(withScheme);
  if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
  // A URL drops the port that is its scheme's own, so only the text tells whether one was given.
  if (url.port === "" && !/:\d+\/?$/.test(withScheme) && url.protocol === "http:") url.port = "11434";
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.origin}${path.endsWith("/v1") ? path : `${path}/v1`}`;
}

function firstSet(env: ResolveProviderOptions["env"], variables: readonly string[]): string | undefined {
  for (const variable of variables) {
    const value = env[variable]?.trim();
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}
