// What a language model can do beyond answering text, as far as prompts depend on it.
// Knows no provider.

/** What a language model can do. What is left out, it cannot. */
export interface LmCapabilities {
  /** Takes `response_format: { type: "json_object" }`. */
  readonly jsonMode?: boolean;
  /** Holds its answer to a JSON schema (`response_format: { type: "json_schema", … }`); counts only beside `jsonMode`. */
  readonly responseSchema?: boolean;
  /** Takes tools and answers with calls of them. */
  readonly functionCalling?: boolean;
  /** Answers with its reasoning apart from its text. */
  readonly reasoning?: boolean;
}

/** A model that answers text and nothing more. */
export const NO_CAPABILITIES: LmCapabilities = {};
