// A base URL taken apart: where to connect, what to ask for, and what of it may be part of an identity.
// Knows nothing of providers.
import { Buffer } from "node:buffer";
import { BaseError } from "../runtime/base/index.ts";
import { Secret } from "./secret.ts";

/** The parts of a base URL. */
export interface BaseAddress {
  readonly origin: string;
  /** Path and query of the chat completions endpoint. Holds what secret query parameters say. */
  readonly path: string;
  /** The base URL without user, password and secret query parameters. */
  readonly identityUrl: string;
  /** The header that `user:password@` in the URL stands for. */
  readonly basicAuthorization: Secret | undefined;
  /** What nobody may see, as a server may repeat it: password, authorization, values of secret query parameters. */
  readonly secrets: readonly Secret[];
}

const SECRET_PARAMETER = /key|token|secret|password|signature|sig$|auth|credential/i;

/**
 * Takes a base URL apart.
 * @throws LM_BASE_URL_INVALID where it is no http(s) URL.
 */
export function baseAddress(baseUrl: string): BaseAddress {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    // The text is not repeated: a misplaced key would be in it.
    throw new BaseError(
      "LM_BASE_URL_INVALID",
      'The base URL is not an http or https URL. Give one such as "https://api.openai.com/v1" or "http://localhost:11434/v1".',
    );
  }
  const base = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  const query = new URLSearchParams([...url.searchParams].filter(([name]) => !SECRET_PARAMETER.test(name))).toString();
  const user = decoded(url.username);
  const password = decoded(url.password);
  const isNamed = user !== "" || password !== "";
  const credentials = isNamed ? Buffer.from(`${user}:${password}`).toString("base64") : "";
  // A user without a password is a key.
  const [word, wordInUrl] = password === "" ? [user, url.username] : [password, url.password];
  const texts = [withoutPadding(credentials), word, wordInUrl, ...secretValues(url)];
  return {
    origin: url.origin,
    path: `${base}/chat/completions${url.search}`,
    identityUrl: `${url.origin}${base}${query === "" ? "" : `?${query}`}`,
    basicAuthorization: isNamed ? new Secret(`Basic ${credentials}`) : undefined,
    secrets: [...new Set(texts)].filter((text) => text !== "").map((text) => new Secret(text)),
  };
}

/** Values of secret query parameters, as they are sent and as a server reads them. */
function secretValues(url: URL): readonly string[] {
  const sent = url.search.slice(1).split("&");
  return sent.flatMap((pair) => {
    const [[name, value] = ["", ""]] = new URLSearchParams(pair);
    return SECRET_PARAMETER.test(name) ? [value, encodeURIComponent(value), pair.slice(pair.indexOf("=") + 1)] : [];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that begins no escape stands for itself.
    return text;
  }
}

// Some servers repeat base64 without its padding.
function withoutPadding(base64: string): string {
  return base64.replace(/=+$/, "");
}
