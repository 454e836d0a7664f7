// `npm run conformance:otp`: our kernel and real OTP side by side, by scenarios written by hand and generated ones.
// Must not know how either of them is run.
import { parseArgs } from "node:util";
import { coverageTable } from "../test/conformance/coverage.ts";
import { type Erlang, NotInstalled, openElixir, openErlang } from "../test/conformance/erlang.ts";
import { generate } from "../test/conformance/generate.ts";
import { record } from "../test/conformance/record.ts";
import { readRecording } from "../test/conformance/recording.ts";
import { type Comparison, compare } from "../test/conformance/run.ts";
import { readSections, type Scenario } from "../test/conformance/scenario.ts";
import { shrink } from "../test/conformance/shrink.ts";

const USAGE = `npm run conformance:otp -- [options]
  --generated N    scenarios to generate besides (default 2000)
  --seed S         what they are generated from (default: another one each time; printed)
  --scenarios DIR  another folder of scenarios than the one written by hand
  --record         renew the stored traces from this run (of the folder written by hand)
  --coverage       print which scenarios cover the cases of OTP's supervisor_SUITE, and run nothing
  --json           print one JSON object and nothing else`;
/** Limit: each scenario is shrunk in some dozens of Erlang runs of about 0.3 s; more than these say nothing new. */
const MAX_SHRUNK = 5;

/** A disagreement, as small as it gets. */
interface Fault {
  readonly id: string;
  readonly difference: string;
  readonly scenario: Scenario;
  readonly otp: readonly string[];
  readonly ours: readonly string[];
}

try {
  const options = readOptions();
  const erlang = await openErlang();
  const elixir = await elixirWhereInstalled();
  try {
    await run(erlang, elixir, options);
  } finally {
    erlang.close();
    if (!(elixir instanceof NotInstalled)) elixir.close();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      generated: { type: "string", default: "2000" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      scenarios: { type: "string" },
      record: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      coverage: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  if (values.coverage) {
    process.stdout.write(`${coverageTable(readSections(values.scenarios).values())}\n`);
    process.exit(0);
  }
  if (values.record && values.scenarios !== undefined) {
    throw new Error(
      `expected --record without --scenarios: only what is in the repository has stored traces\n${USAGE}`,
    );
  }
  const { scenarios: folder, record: isRecording, json: isJson } = values;
  return {
    generated: wholeNumber("generated", values.generated),
    seed: wholeNumber("seed", values.seed),
    folder,
    isRecording,
    isJson,
  };
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`expected --${option} to be a whole number below a thousand million, found "${text}"\n${USAGE}`);
}

/** Sections of Elixir's behaviours are live only where there is Elixir; their recorded traces are replayed everywhere. */
async function elixirWhereInstalled(): Promise<Erlang | NotInstalled> {
  try {
    return await openElixir();
  } catch (error) {
    if (error instanceof NotInstalled) return error;
    throw error;
  }
}

async function run(
  erlang: Erlang,
  elixir: Erlang | NotInstalled,
  options: ReturnType<typeof readOptions>,
): Promise<void> {
  const startedAt = performance.now();
  const say = (line: string): void => {
    if (!options.isJson) process.stdout.write(`${line}\n`);
  };
  say(`OTP ${erlang.otpRelease}, seed ${options.seed}`);
  const all: Comparison[] = [];
  const notRun: string[] = [];
  for (const [name, { section, title, language, scenarios }] of readSections(options.folder)) {
    const beam = language === "elixir" ? elixir : erlang;
    if (beam instanceof NotInstalled) {
      notRun.push(name);
      say(`  ${section} ${title}: not run. ${beam.message}`);
      continue;
    }
    const found = await compare(beam, scenarios, options.isRecording ? {} : readRecording(name).ours);
    if (options.isRecording) record(name, beam.otpRelease, found);
    all.push(...found);
    say(`  ${section} ${title}: ${words(found)}`);
  }
  const made = Array.from({ length: options.generated }, (_, index) => generate(options.seed, index));
  const generated = await compare(erlang, made);
  all.push(...generated);
  say(`  generated: ${words(generated)}`);

  const faults: Fault[] = [];
  let toShrink = MAX_SHRUNK;
  for (const comparison of all.filter(({ verdict }) => verdict.type === "disagreed")) {
    const isShrunk = comparison.scenario.title === "generated" && toShrink-- > 0;
    const fault = toFault(isShrunk ? await shrunk(erlang, comparison) : comparison);
    faults.push(fault);
    say(wordsOf(fault));
  }
  const result = {
    scenarios: all.length,
    agreed: count(all, "agreed"),
    documentedDeviations: count(all, "documented"),
    disagreed: faults.length,
    notBuilt: count(all, "not-built"),
    notRun,
    otpRelease: elixir instanceof NotInstalled ? erlang.otpRelease : elixir.otpRelease,
    seed: options.seed,
    durationMs: Math.round(performance.now() - startedAt),
    failures: faults,
  };
  const { failures: _, ...numbers } = result;
  process.stdout.write(`${options.isJson ? JSON.stringify(result) : JSON.stringify(numbers)}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

async function shrunk(erlang: Erlang, comparison: Comparison): Promise<Comparison> {
  const smallest = await shrink(comparison.scenario, async (candidates) =>
    (await compare(erlang, candidates)).map(({ verdict }) => verdict.type === "disagreed"),
  );
  const [again] = await compare(erlang, [smallest]);
  // A disagreement that comes and goes is shown as it was first seen.
  return again?.verdict.type === "disagreed" ? again : comparison;
}

function toFault({ scenario, verdict, otp, ours }: Comparison): Fault {
  const difference = verdict.type === "disagreed" ? verdict.difference : "";
  return { id: scenario.id, difference, scenario, otp, ours };
}

function wordsOf({ id, difference, scenario, otp, ours }: Fault): string {
  const steps = scenario.steps.map((step) => `      ${JSON.stringify(step)}`);
  return [
    `\n${id}: ${difference}`,
    ...(scenario.tree === undefined ? [] : [`    tree  ${JSON.stringify(scenario.tree)}`]),
    "    steps",
    ...steps,
    `    OTP   ${otp.join("  ")}`,
    `    ours  ${ours.join("  ")}\n`,
  ].join("\n");
}

function words(comparisons: readonly Comparison[]): string {
  const parts = [`${count(comparisons, "agreed")} of ${comparisons.length} agree`];
  for (const [type, what] of [
    ["documented", "documented deviations"],
    ["not-built", "not built"],
    ["disagreed", "DISAGREE"],
  ] as const) {
    const found = count(comparisons, type);
    if (found > 0) parts.push(`${found} ${what}`);
  }
  return parts.join(", ");
}

function count(comparisons: readonly Comparison[], type: Comparison["verdict"]["type"]): number {
  return comparisons.filter(({ verdict }) => verdict.type === type).length;
}
