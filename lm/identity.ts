// The identity of a request: a hash of everything that can change its answer. Cache, single-flight, journal and resume go by it.
// Knows nothing of secrets, headers or deadlines, which cannot change an answer.
import { canonicalJson, type JsonObject, sha256 } from "../runtime/base/index.ts";
import type { ChatMessage, LmOptions, LmRequest } from "./request.ts";

/** The part of a provider that identities need. */
export interface IdentityOwner {
  readonly identity: JsonObject;
}

const providerTexts = new WeakMap<JsonObject, string>();
// Instructions and demonstrations come with every request of a predictor, and are most of it.
const frozenTexts = new WeakMap<ChatMessage, string>();

/**
 * The identity of a request to a provider, as 64 hexadecimal digits.
 *
 * Is by definition `sha256(canonicalJson({ messages, options, provider: provider.identity, rolloutId }))`; key order and
 * undefined do not matter.
 * @throws JSON_NOT_SERIALIZABLE where the request holds something that is not JSON, such as NaN.
 */
export function requestIdentity(provider: IdentityOwner, request: LmRequest): string {
  return sha256(identityText(provider, request));
}

/** A request by its name. */
export interface NamedRequest {
  /** As `requestIdentity` says. */
  readonly identity: string;
  /** The canonical JSON whose hash the identity is: the request, and the provider's identity. */
  readonly text: string;
}

/** Names a request. Throws as `requestIdentity` does. */
export function namedRequest(provider: IdentityOwner, request: LmRequest): NamedRequest {
  const text = identityText(provider, request);
  return { identity: sha256(text), text };
}

/** The text whose hash is the identity. Exported for tests, which hold it against its definition. */
export function identityText(provider: IdentityOwner, request: LmRequest): string {
  let text = '{"messages":[';
  const messages = request.messages;
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as ChatMessage; // index < length
    text += index === 0 ? messageText(message) : `,${messageText(message)}`;
  }
  text += `],"options":${optionsText(request.options)},"provider":${providerText(provider.identity)}`;
  return request.rolloutId === undefined ? `${text}}` : `${text},"rolloutId":${canonicalJson(request.rolloutId)}}`;
}

/** Whether canonical order changes nothing that a reader of the request could want: it is of texts and plain options alone. */
export function isPlainRequest({ messages, options }: LmRequest): boolean {
  for (const key in options) if (typeof options[key as keyof LmOptions] === "object") return false;
  for (const message of messages) {
    if (frozenTexts.has(message)) continue;
    for (const key in message) if (typeof message[key as keyof ChatMessage] !== "string") return false;
  }
  return true;
}

/** The JSON of a message whose text is remembered, in canonical order; undefined where none is. */
export function rememberedText(message: ChatMessage): string | undefined {
  return frozenTexts.get(message);
}

function messageText(message: ChatMessage): string {
  const known = frozenTexts.get(message);
  if (known !== undefined) return known;
  const content = message.content;
  // Rejected: canonicalJson for every message. It costs three times as much for a request of 1 KB.
  if (typeof content !== "string") return canonicalJson(message);
  for (const key in message) if (key !== "role" && key !== "content") return canonicalJson(message);
  const text = `{"content":${JSON.stringify(content)},"role":${JSON.stringify(message.role)}}`;
  // Only what cannot change may be remembered: two texts, frozen.
  if (Object.isFrozen(message)) frozenTexts.set(message, text);
  return text;
}

function optionsText(options: LmOptions): string {
  const keys: (keyof LmOptions)[] = [];
  // Options are a plain object: what for-in visits are its own keys.
  for (const key in options) if (options[key as keyof LmOptions] !== undefined) keys.push(key as keyof LmOptions);
  if (keys.length === 0) return "{}";
  if (keys.length > 1) keys.sort();
  let text = "";
  for (const key of keys) {
    const value = options[key];
    const written =
      typeof value === "number" && Number.isFinite(value) ? String(value === 0 ? 0 : value) : canonicalJson(value);
    text += `${text === "" ? "{" : ","}${JSON.stringify(key)}:${written}`;
  }
  return `${text}}`;
}

function providerText(identity: JsonObject): string {
  const known = providerTexts.get(identity);
  if (known !== undefined) return known;
  const text = canonicalJson(identity);
  providerTexts.set(identity, text);
  return text;
}
