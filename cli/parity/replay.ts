// Replays a folder of recorded cases, file by file.
// Knows no case by name.
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { different, notYet, type ParityCase, type Verdict } from "./case.ts";
import { readCases } from "./case-file.ts";
import { type FlowCase, replayFlow } from "./flow.ts";
import { type FormatCase, replayFormat } from "./format.ts";
import { miscCases } from "./misc.ts";
import { optimizerCases } from "./optimizers.ts";
import { type ParseCase, replayParse } from "./parse.ts";
import { malformation, type NamedCase } from "./recorded-case.ts";
import { SAVED, savedCases } from "./saved.ts";
import { UnknownTag } from "./values.ts";

/** How each file's cases are replayed, in this order; the cases of other files are listed behind them. */
const GROUPS: Readonly<
  Record<string, (cases: readonly NamedCase[], file: string) => ParityCase[] | Promise<ParityCase[]>>
> = {
  format: (cases) => replayAll<FormatCase>("format", cases, replayFormat),
  parse: (cases) => replayAll<ParseCase>("parse", cases, replayParse),
  flow: (cases) => replayAll<FlowCase>("flow", cases, replayFlow),
  optimizers: (cases) => optimizerCases(Object.fromEntries(cases.map(({ name, recorded }) => [name, recorded]))),
  misc: miscCases,
  ...Object.fromEntries(
    Object.entries(SAVED).map(([group, make]) => [
      group,
      (_cases: readonly NamedCase[], file: string) => savedCases(group, make(), file),
    ]),
  ),
};

/** Files whose cases wait for what is not there yet. */
const LATER: Readonly<Record<string, string>> = {
  mipro: "MIPROv2 is not there yet",
  rng_traces: "SIMBA and GEPA are not there yet",
};

/** Replays a folder of cases; a file that is none of ours has its cases listed as `not-yet`. Rejects with CLI_INPUT_INVALID where a file cannot be read. */
export async function replayFolder(folder: string): Promise<ParityCase[]> {
  const present = readdirSync(folder, { withFileTypes: true }).filter(isCaseFile);
  const found = present.map(({ name }) => name.slice(0, -".json".length)).sort();
  const known = Object.keys(GROUPS).filter((group) => found.includes(group));
  const cases: ParityCase[] = [];
  for (const group of [...known, ...found.filter((each) => !known.includes(each))]) {
    const file = join(folder, `${group}.json`);
    const named = readCases(file);
    const replay = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
    cases.push(...(replay === undefined ? listed(group, named) : await replay(named, file)));
  }
  return cases;
}

function isCaseFile(entry: Dirent): boolean {
  return entry.name.endsWith(".json") && !entry.isDirectory();
}

function listed(group: string, cases: readonly NamedCase[]): ParityCase[] {
  return cases.map(({ name }) => ({ group, name, ...notYet(LATER[group] ?? `nothing here replays ${group}.json`) }));
}

async function replayAll<Case>(
  group: "format" | "parse" | "flow",
  cases: readonly NamedCase[],
  replay: (each: Case) => Verdict | Promise<Verdict>,
): Promise<ParityCase[]> {
  const replayed: ParityCase[] = [];
  for (const { name, recorded } of cases) {
    const malformed = malformation(group, recorded);
    // What has the marks of a case of this group is taken for one; what else is missing fails in `verdictOf`.
    const verdict =
      malformed === undefined ? await verdictOf(() => replay(recorded as Case)) : different(`malformed: ${malformed}`);
    replayed.push({ group, name, ...verdict });
  }
  return replayed;
}

/** One case that cannot be replayed must not hide the others. */
async function verdictOf(replay: () => Verdict | Promise<Verdict>): Promise<Verdict> {
  try {
    return await replay();
  } catch (error) {
    if (error instanceof UnknownTag) return notYet(error.message);
    return different(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}
