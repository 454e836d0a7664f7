// Harms Python workers and their hosts at seeded moments under load, and adds up what was found.
// Knows nothing of the command line.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, Random } from "../../runtime/base/index.ts";
import { JobLives } from "./lives.ts";
import type { Fault, PlannedSearch, PYTHON_JOBS } from "./order.ts";
import { type Hit, MISERIES, type Misery, processesMarked } from "./python-misery.ts";
import { type Found, SEARCHES } from "./python-searches.ts";
import { readLines } from "./read-lines.ts";
import { CountingServer } from "./server-client.ts";

/** What is asked. */
export interface PythonChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly fault?: Fault;
  readonly onLine?: (line: string) => void;
}

/** What was found. All but `kills`, `inFlight`, `byKind` and `bySearch` must be 0. */
export interface PythonChaosReport {
  readonly kills: number;
  readonly byKind: Readonly<Record<string, number>>;
  /** How often each search was hit. */
  readonly bySearch: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly repeated: number;
  readonly different: number;
  readonly processes: number;
  readonly sessions: number;
  readonly inFlight: number;
}

/** Of an evaluation; a search is dealt one blow each time. */
const KILLS_PER_EVALUATION = 3;
/** Each kill waits for one to four examples, and a host's end takes with it what was under way. */
const EXAMPLES_PER_KILL = 10;
/** On a busy machine a guardian may need a while to come round. */
const GONE_MS = 20_000;

type PythonJob = (typeof PYTHON_JOBS)[number];

/** What is to be done in one job. */
interface Plan {
  readonly miseries?: readonly Misery[];
  readonly searches?: readonly PlannedSearch[];
}

/** Runs it. Rejects where a job ends otherwise than by its report or a kill. */
export async function runPythonChaos({
  kills,
  seed,
  fault,
  onLine = () => {},
}: PythonChaosOptions): Promise<PythonChaosReport> {
  const folder = mkdtempSync(join(tmpdir(), "dspex-chaos-"));
  const random = new Random(seed);
  await using server = await CountingServer.start();
  const total = { kills: 0, lost: 0, repeated: 0, different: 0, processes: 0, sessions: 0, inFlight: 0 };
  const byKind: Record<string, number> = {};
  const bySearch: Record<string, number> = {};
  const examples = EXAMPLES_PER_KILL * Math.min(kills, KILLS_PER_EVALUATION) + 4 * EXAMPLES_PER_KILL;
  try {
    const miseries = planOf(kills, random);
    const names = SEARCHES.slice(0, Math.max(0, kills - KILLS_PER_EVALUATION));
    const left = names.map((name) => ({ name }));
    const [whole, found] = await Promise.all([
      live("python-evaluation", "evaluation-whole", {}),
      left.length === 0 ? undefined : live("python-search", "search-whole", { searches: left }),
    ]);
    // The job wrote them: `python-job.ts`.
    const undisturbed = (found?.results ?? {}) as Readonly<Record<string, Found>>;
    for (let turn = 0; miseries.length > 0; turn++) {
      const evaluated = await live("python-evaluation", `evaluation-${turn}`, {
        miseries: miseries.splice(0, KILLS_PER_EVALUATION),
      });
      count("evaluation", evaluated, JSON.stringify(evaluated.results) === JSON.stringify(whole.results) ? 0 : 1);
      const blows = miseries.splice(0, names.length);
      if (blows.length === 0) continue;
      const searches = blows.map((misery, index) => planned(names[index] ?? "", misery, undisturbed, random));
      const searched = await live("python-search", `search-${turn}`, { searches });
      const results = searched.results as Readonly<Record<string, Found>>;
      const other = searches.filter(({ name }) => differs(results[name], undisturbed[name]));
      for (const { name } of other) onLine(`${name} came to another result`);
      count("searches", searched, other.length);
    }
    return { ...total, byKind, bySearch };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  function count(what: string, { lives, hits, processes, sessions }: Lived, different: number): void {
    if (hits.length === 0) throw new Error("the job came to its end before anything could be done to it");
    const { lost, repeated, inFlight } = lives.findings;
    total.kills += hits.length;
    for (const { misery, search } of hits) {
      byKind[misery] = (byKind[misery] ?? 0) + 1;
      if (search !== undefined) bySearch[search] = (bySearch[search] ?? 0) + 1;
    }
    total.lost += lost;
    total.repeated += repeated;
    total.different += different;
    total.inFlight += inFlight;
    total.processes += processes;
    total.sessions += sessions;
    const done = hits.map(({ misery, search }) => (search === undefined ? misery : `${search} ${misery}`)).join(", ");
    onLine(
      `${what}: ${done}: ${lost} lost, ${repeated} repeated, ${different} different, ${processes} processes left, ${sessions} sessions leaked, ${inFlight} in flight asked again`,
    );
  }

  /** One job from its first life to its report. */
  async function live(job: PythonJob, name: string, plan: Plan): Promise<Lived> {
    const lives = new JobLives(job, join(folder, name), server, fault);
    const hitsFile = join(folder, `${name}-hits`);
    const foundFile = join(folder, `${name}-found`);
    const mark = newId("chaos");
    const { miseries = [], searches = [] } = plan;
    let processes = 0;
    for (;;) {
      const hits = readLines<Hit>(hitsFile);
      const left = miseries.slice(hits.length);
      const order = { miseries: left, searches, foundFile, hitsFile, seed: seed + hits.length, mark, examples };
      const life = await lives.live({ type: "misery", ...order });
      processes += await processesLeft(mark);
      if (life.report === undefined) continue;
      // The job wrote it: `python-job.ts`.
      const { results, sessions } = JSON.parse(life.report) as { readonly results: object; readonly sessions: number };
      return { lives, processes, sessions, hits: readLines<Hit>(hitsFile), results };
    }
  }
}

/** How a job went. */
interface Lived {
  readonly lives: JobLives;
  readonly processes: number;
  readonly sessions: number;
  readonly hits: readonly Hit[];
  readonly results: object;
}

/** A search and its blow, at any moment of it: not before a model has answered once, nor when all has been answered. */
function planned(
  name: string,
  misery: Misery,
  undisturbed: Readonly<Record<string, Found>>,
  random: Random,
): PlannedSearch {
  const { answers = 2 } = undisturbed[name] ?? {};
  return { name, blow: { misery, after: 1 + random.randrange(Math.max(1, Math.floor(answers * 0.9))) } };
}

function differs(one: Found | undefined, other: Found | undefined): boolean {
  return JSON.stringify(one?.result) !== JSON.stringify(other?.result);
}

/** Every kind in turn, in an order that is drawn anew each time round. */
function planOf(count: number, random: Random): Misery[] {
  const plan: Misery[] = [];
  while (plan.length < count) {
    const round = [...MISERIES];
    random.shuffle(round);
    plan.push(...round);
  }
  const cut = plan.slice(0, count);
  const host = cut.indexOf("host");
  // The end of a host tells most where a search is under way.
  if (host >= 0 && host < KILLS_PER_EVALUATION && count > KILLS_PER_EVALUATION) {
    [cut[host], cut[KILLS_PER_EVALUATION]] = [cut[KILLS_PER_EVALUATION] ?? "SIGKILL", "host"];
  }
  return cut;
}

/** Processes that are there still after they had their time to go. */
async function processesLeft(mark: string): Promise<number> {
  const until = Date.now() + GONE_MS;
  for (;;) {
    const left = processesMarked(`DSPEX_CHAOS=${mark}`).length;
    if (left === 0 || Date.now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
