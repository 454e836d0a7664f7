// What a language model can do beyond answering text, as far as prompts depend on it. `programs/` declares the same; the compiler holds them together.
// Knows no provider.

/** What a language model can do. What is left out, it cannot. */
export interface LmCapabilities {
  /** Takes `response_format: { type: "json_object" }`. */
  readonly jsonMode?: boolean;
  /** Holds its answer to a JSON schema (`response_format: { type: "json_schema", … }`); counts only beside `jsonMode`. */
  readonly responseSchema?: boolean;
  /** Takes tools and answers with calls of them. */
  readonly functionCalling?: boolean;
  /** Answers with its reasoning apart from its text, and takes `reasoning_effort`. */
  readonly reasoning?: boolean;
}
