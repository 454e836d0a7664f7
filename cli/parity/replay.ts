// Replays a folder of recorded cases, file by file.
// Knows no case by name.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { different, notYet, type ParityCase, type Verdict } from "./case.ts";
import { type FlowCase, replayFlow } from "./flow.ts";
import { type FormatCase, replayFormat } from "./format.ts";
import { optimizerCases } from "./optimizers.ts";
import { type ParseCase, replayParse } from "./parse.ts";
import { UnknownTag } from "./values.ts";

/** How each file is replayed; a file that a folder does not have is passed over. */
const GROUPS: Readonly<Record<string, (json: unknown) => Promise<ParityCase[]>>> = {
  format: (json) => replayAll<FormatCase>("format", json, replayFormat),
  parse: (json) => replayAll<ParseCase>("parse", json, replayParse),
  flow: (json) => replayAll<FlowCase>("flow", json, replayFlow),
  optimizers: optimizerCases,
};

/** Replays a folder of cases. */
export async function replayFolder(folder: string): Promise<ParityCase[]> {
  const cases: ParityCase[] = [];
  for (const [group, replay] of Object.entries(GROUPS)) {
    const file = join(folder, `${group}.json`);
    if (existsSync(file)) cases.push(...(await replay(JSON.parse(readFileSync(file, "utf8")))));
  }
  return cases;
}

/** Cases are a list of objects with a `name`, or an object whose keys are the names. */
async function replayAll<Case>(
  group: string,
  json: unknown,
  replay: (each: Case) => Verdict | Promise<Verdict>,
): Promise<ParityCase[]> {
  const named: [string, unknown][] = Array.isArray(json)
    ? json.map((each: unknown, index) => [String(Object(each).name ?? index), each])
    : Object.entries(Object(json));
  const cases: ParityCase[] = [];
  for (const [name, each] of named) {
    // The file's cases are of the group that the file is named after.
    cases.push({ group, name, ...(await verdictOf(() => replay(each as Case))) });
  }
  return cases;
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
