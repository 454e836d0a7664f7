// Which other library's behaviour can be asked for where dspex would do better.
// Knows nothing of where the two differ.

/** The release of DSPy whose bytes and quirks can be asked for. */
export type Compat = "dspy-3.3.1";
