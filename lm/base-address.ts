// A base URL taken apart: where to connect, what to ask for, and what of it may be part of an identity.
// Knows nothing of providers.
import { Buffer } from "node:buffer";
import { BaseError } from "../runtime/base/index.ts";

/** The parts of a base URL. */
export interface BaseAddress {
  readonly origin: string;
  /** Path and query of the chat completions endpoint. */
  readonly path: string;
  /** The base URL without user, password and secret query parameters. */
  readonly identityUrl: string;
  /** The header that `user:password@` in the URL stands for. */
  readonly basicAuthorization: string | undefined;
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
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  return {
    origin: url.origin,
    path: `${base}/chat/completions${url.search}`,
    identityUrl: `${url.origin}${base}${query === "" ? "" : `?${query}`}`,
    basicAuthorization:
      user === "" && password === "" ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
  };
}
