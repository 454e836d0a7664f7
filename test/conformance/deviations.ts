// Where our kernel does otherwise on purpose: the decisions, each with its reason and the scenarios in which it shows.
// Must not know how scenarios are run. Everything that is not named here agrees.

/** One decision. */
export interface Deviation {
  readonly title: string;
  readonly reason: string;
  /** Ids of the scenarios in which our trace is another one; it is recorded beside OTP's, so that it cannot change unseen. */
  readonly scenarios: readonly string[];
}

export const DEVIATIONS: readonly Deviation[] = [
  {
    title: "3 restarts in 5 seconds by default",
    reason: "Elixir's default; Erlang's is 1 in 5, which one hiccup of a provider uses up.",
    scenarios: ["a9-default-limit"],
  },
  {
    title: "a stop of one who is down resolves",
    reason: "Whoever stops wants it down, and it is; OTP's caller exits with noproc.",
    scenarios: ["b33-stop-dead"],
  },
  {
    title: "a stop is content with any clean end",
    reason:
      "Whoever stops wants it down in good order, and it is; OTP's caller exits unless it was the reason asked for.",
    scenarios: ["b33-stop-other-clean-reason"],
  },
  {
    title: "a dynamic child that ignores its restart is forgotten",
    reason: "OTP 25 keeps it as undefined for ever, which later versions mend as we do.",
    scenarios: ["c46-restart-ignored-dynamic"],
  },
  {
    title: "a dynamic child that is dead is not found",
    reason: "Elixir's answer. OTP says ok to whatever process that is no longer alive, whether it was a child or not.",
    scenarios: ["g93-dynamic-dead"],
  },
  {
    title: "a dynamic supervisor has as many specs as children",
    reason: "Elixir's count: each child of ours brings its own spec, while OTP has one template.",
    scenarios: ["g97-count-dynamic-specs"],
  },
  {
    title: "a link to one who is dead is an exit signal",
    reason:
      "OTP raises noproc in the caller, so its terminate runs; here the signal arrives as it would have a moment earlier, when the other was alive. The race has one outcome.",
    scenarios: ["h115-link-dead-untrapped"],
  },
  {
    title: "a throw is a failure",
    reason: "OTP takes what a handler throws for what it returns. Nobody expects that of JavaScript's throw.",
    scenarios: ["j141-throw"],
  },
  {
    title: "a failed start leaves no EXIT",
    reason: "The start's own answer says it. OTP 25 sends an EXIT besides, later versions do not.",
    scenarios: ["j142-exit-to-starter"],
  },
  {
    title: "a listener hears of the entries that end with their owner",
    reason:
      "Elixir 1.14 tells its listeners of those that are unregistered and no others; a copy that somebody keeps would go stale.",
    scenarios: ["l165-listener-death"],
  },
  {
    title: "a stream that ends badly closes its source",
    reason:
      "Elixir runs the source's after-function only where the consumer leaves or the source is dry; in JavaScript whoever stops a for-of loop closes what it loops over, and a source holds files and sockets.",
    scenarios: ["m180-timeout", "m186-max-children"],
  },
];

/** The decision that a scenario shows. */
export function deviationOf(scenarioId: string): Deviation | undefined {
  return DEVIATIONS.find(({ scenarios }) => scenarios.includes(scenarioId));
}
