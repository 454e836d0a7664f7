// Replays the small functions of a `misc.json`, value by value.
// Knows nothing of programs.
import { f1Score, hotPotF1Score, isExactMatch, percentile } from "../../evaluate/index.ts";
import { inferPrefix, normalizeText, readTypeText, signature } from "../../programs/index.ts";
import { canonicalJson, isBaseError, Random, sha256 } from "../../runtime/base/index.ts";
import { compare, compareText, different, EQUAL, notYet, type ParityCase, type Verdict } from "./case.ts";
import type { NamedCase } from "./recorded-case.ts";

type Replay = (recorded: unknown) => Iterable<[name: string, verdict: () => Verdict]>;

/** How each entry of the file is replayed: as one case, or as one for each value in it. */
const ENTRIES: Readonly<Record<string, Replay>> = {
  cache_key: (recorded) => one(() => compareText(sha256(cacheText(recorded)), String(Object(recorded).key), "key")),
  cache_bytes: (recorded) =>
    one(() => compareText(cacheText({ request: JSON.parse(String(recorded)) }), String(recorded), "bytes")),
  prefix: (recorded) => each(recorded, (name, label) => compare(inferPrefix(name), label, "prefix")),
  norm: (recorded) => each(recorded, (text, normal) => compare(normalizeText(text), normal, "text")),
  EM: (recorded) => scored(recorded, isExactMatch),
  F1: (recorded) => scored(recorded, f1Score),
  HotPot: (recorded) => scored(recorded, hotPotF1Score),
  rng0: (recorded) => each(recorded, (name, drawn) => compareDraws(0, name, drawn)),
  rng1: (recorded) => each(recorded, (name, drawn) => compareDraws(1, name, drawn)),
  rng9: (recorded) => each(recorded, (name, drawn) => compareDraws(9, name, drawn)),
  np_poisson_seed0: () => one(() => notYet("numpy's poisson is drawn by SIMBA alone, which is not there yet")),
  pct: (recorded) =>
    one(() =>
      compare(
        [10, 90].map((percent) => percentile(TENTHS, percent)),
        recorded,
        "percentiles",
      ),
    ),
  sigs: (recorded) => each(recorded, compareSignature),
};

/** What the recorded percentiles are of. */
const TENTHS = [0, 0, 1, 1, 1, 0.5];

/** Replays the entries of a `misc.json`; one that is none of ours is listed as `not-yet`. */
export function miscCases(cases: readonly NamedCase[]): ParityCase[] {
  return cases.flatMap(({ name, recorded }) => {
    const replay = Object.hasOwn(ENTRIES, name) ? ENTRIES[name] : undefined;
    if (replay === undefined) return [{ group: "misc", name, ...notYet(`nothing here replays ${name} of misc.json`) }];
    return [...replay(recorded)].map(([part, verdict]): ParityCase => {
      return { group: "misc", name: part === "" ? name : `${name} ${part}`, ...verdict() };
    });
  });
}

function one(verdict: () => Verdict): [string, () => Verdict][] {
  return [["", verdict]];
}

function each(recorded: unknown, verdict: (name: string, expected: unknown) => Verdict): [string, () => Verdict][] {
  return Object.entries(Object(recorded)).map(([name, expected]) => [
    JSON.stringify(name),
    () => verdict(name, expected),
  ]);
}

function scored(
  recorded: unknown,
  score: (prediction: string, references: readonly string[]) => number | boolean,
): [string, () => Verdict][] {
  return listOf(recorded).map((row) => {
    const [prediction, references, expected] = listOf(row);
    const given = listOf(references).map(String);
    return [JSON.stringify(prediction), () => compare(score(String(prediction), given), expected, "score")];
  });
}

/** The bytes that a request is hashed from: sorted keys, and nothing between them. */
function cacheText(recorded: unknown): string {
  return canonicalJson(Object(recorded).request);
}

/** Each from a generator of its own. */
function compareDraws(seed: number, name: string, expected: unknown): Verdict {
  const chance = new Random(seed);
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const draws: Readonly<Record<string, () => unknown[]>> = {
    shuffle10: () => {
      const items = upTo(10);
      chance.shuffle(items);
      return items;
    },
    sample_10_4: () => chance.sample(upTo(10), 4),
    randint_1_4: () => upTo(5).map(() => chance.randint(1, 4)),
    random: () => upTo(3).map(() => chance.random()),
    sample_100_5: () => chance.sample(upTo(100), 5),
    choice: () => [chance.choice([..."abcdef"])],
    randrange: () => [chance.randrange(7)],
  };
  const drawn = Object.hasOwn(draws, name) ? draws[name] : undefined;
  if (drawn !== undefined) return compare(drawn(), expected, name);
  return notYet(`Python's ${name} is drawn by optimizers alone that are not there yet`);
}

/** Texts that only Python's way of reading trips over: it puts them between brackets of its own before it reads them. */
const TRIPS = "it is read between brackets of Python's own, and a comment at its end swallows the closing one";

function compareSignature(text: string, recorded: unknown): Verdict {
  const expected = typeof recorded === "string" ? undefined : Object(recorded);
  let made: ReturnType<typeof readAsDspy>;
  try {
    made = readAsDspy(text);
  } catch (error) {
    if (!isBaseError(error, "SIGNATURE_INVALID")) throw error;
    return expected === undefined ? EQUAL : different(error.message);
  }
  if (expected === undefined) {
    const trips = String(recorded).startsWith("SyntaxError: '(' was never closed") && text.includes("#");
    return trips ? { status: "excluded", reason: TRIPS } : different(`should have failed with ${String(recorded)}`);
  }
  return compare(made, { instructions: expected.instr, fields: fieldsOf(expected.fields) }, "signature");
}

function readAsDspy(text: string): { readonly instructions: string; readonly fields: readonly unknown[] } {
  const { inputs, outputs, instructions } = signature(text, { compat: "dspy-3.3.1" });
  const ofSide = (side: string, fields: typeof inputs): unknown[] =>
    fields.map(({ name, type, typed, prefix, desc }) => {
      // DSPy notes of inputs alone whether their type was said.
      return { name, side, type, typed: side === "output" || typed, prefix, desc };
    });
  return { instructions, fields: [...ofSide("input", inputs), ...ofSide("output", outputs)] };
}

function fieldsOf(recorded: unknown): unknown[] {
  return Object.entries(Object(recorded)).map(([name, said]) => {
    const { ann, extra } = Object(said);
    const { prefix, desc, IS_TYPE_UNDEFINED: untyped, __dspy_field_type: side } = extra;
    return { name, side, type: readTypeText(annotation(String(ann))), typed: untyped !== true, prefix, desc };
  });
}

/** A type as Python prints it, as signatures say it: `<class 'datetime.datetime'>`, `typing.Optional[int]`. */
function annotation(printed: string): string {
  return printed.replace(/^<class '(?:\w+\.)*(\w+)'>$/, "$1");
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
