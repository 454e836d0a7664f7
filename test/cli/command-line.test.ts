import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCommandLine } from "../../cli/command-line.ts";
import { COMMANDS } from "../../cli/commands.ts";
import { recordedArguments } from "../../cli/recorded-command.ts";

const read = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  readCommandLine(argv, env, COMMANDS);
const code = (expected: string | RegExp) =>
  expect.objectContaining({ code: "CLI_USAGE", message: expect.stringMatching(expected) });

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("readCommandLine", () => {
  it("reads command, positionals and flags of each kind", () => {
    const argv = [
      "optimize",
      "a.ts",
      "--lm",
      "openai/x",
      "--seed=3",
      "--min-score",
      "0.5",
      "--timeout",
      "2m",
      "--set",
      "a=1",
      "--set=b=2",
      "--new",
    ];
    expect(read(argv)).toEqual({
      commandName: "optimize",
      positionals: ["a.ts"],
      flags: { lm: "openai/x", seed: 3, "min-score": 0.5, timeout: 120_000, set: ["a=1", "b=2"], new: true },
    });
  });

  it("lets a flag win over its variable, and takes an empty variable as not set", () => {
    const env = { DSPEX_LM: "openai/env", DSPEX_SEED: "7", DSPEX_STORE: "" };
    expect(read(["eval", "a.ts", "--lm", "openai/flag"], env).flags).toEqual({ lm: "openai/flag", seed: 7 });
  });

  it("leaves out variables of flags that the command does not take", () => {
    expect(read(["ls"], { DSPEX_LM: "openai/env", DSPEX_STORE: "here" }).flags).toEqual({ store: "here" });
  });

  it.each([
    [["evals"], /Unknown command "evals". Did you mean eval\?/],
    [["eval", "a.ts", "--sede", "3"], /Unknown flag "--sede". Did you mean --seed\?/],
    [["ls", "--lm", "x"], /dspex ls takes no flag --lm/],
    [["eval", "a.ts", "--seed"], /Expected --seed to be followed by N, got nothing/],
    [["eval", "a.ts", "--lm", "--json"], /Expected --lm to be followed by PROVIDER\/MODEL, got --json/],
    [["eval", "a.ts", "--seed", "-1"], /Expected --seed to be a whole number from 0, got "-1"/],
    [["eval", "a.ts", "--seed", "1e3"], /whole number/],
    [["eval", "a.ts", "--window", "0"], /a whole number from 1/],
    [["eval", "a.ts", "--min-score", "high"], /a number, got "high"/],
    [["eval", "a.ts", "--timeout", "0s"], /a time such as 500ms/],
    [["eval", "a.ts", "--timeout", "3 days"], /a time such as 500ms/],
    [["eval", "a.ts", "--progress", "plein"], /Did you mean plain\? Expected one of auto, none, plain, live, json/],
    [["eval", "a.ts", "--json=yes"], /Expected --json to be no value, got "yes"/],
    [["eval", "a.ts", "--lm", " "], /PROVIDER\/MODEL/],
  ])("refuses %j", (argv, message) => {
    expect(thrown(() => read(argv))).toEqual(code(message));
  });

  it.each([
    [{ DSPEX_STOER: "x" }, /Unknown environment variable "DSPEX_STOER". Did you mean DSPEX_STORE\?/],
    [{ DSPEX_SEED: "x" }, /Expected DSPEX_SEED to be a whole number/],
  ])("refuses the environment %j", (env, message) => {
    expect(thrown(() => read(["eval", "a.ts"], env))).toEqual(code(message));
  });

  it("reads time as people write it", () => {
    const timeout = (text: string) => read(["eval", "a.ts", "--timeout", text]).flags.timeout;
    expect(["500ms", "30s", "30", "1.5m", "1h"].map(timeout)).toEqual([500, 30_000, 30_000, 90_000, 3_600_000]);
  });
});

describe("recordedArguments", () => {
  it("does not depend on the order of flags or on how the result is shown", () => {
    const one = read(["eval", "a.ts", "--seed", "3", "--lm", "openai/x", "--json", "--window", "4"]);
    const other = read(["eval", "a.ts", "--lm", "openai/x", "--force"], { DSPEX_SEED: "3" });
    expect(recordedArguments("eval", one.flags, "/here")).toEqual(["eval", "--lm=openai/x", "--seed=3"]);
    expect(recordedArguments("eval", other.flags, "/here")).toEqual(recordedArguments("eval", one.flags, "/here"));
  });

  it("gives arguments that are read back as the same flags", () => {
    const flags = fc.record(
      {
        lm: fc.constantFrom("openai/x", "--odd=", "a b"),
        seed: fc.nat(),
        timeout: fc.integer({ min: 1, max: 1e7 }),
        "pass-threshold": fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
        set: fc.array(fc.constantFrom("a=1", "b=[2]", "c=x y"), { minLength: 1, maxLength: 3 }),
        compat: fc.constant("dspy-3.3.1"),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(flags, (given) => {
        const again = read(recordedArguments("optimize", given, "/here")).flags;
        const sorted = given.set === undefined ? given : { ...given, set: [...given.set].sort() };
        // -0 and 0 are one number to people.
        expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(sorted)));
      }),
    );
  });
});
