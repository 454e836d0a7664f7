// Harms Python workers and their hosts at seeded moments under load, and adds up what was found.
// Knows nothing of the command line.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, Random } from "../../runtime/base/index.ts";
import { JobLives } from "./lives.ts";
import { type Fault, PYTHON_JOBS } from "./order.ts";
import { MISERIES, type Misery, processesMarked } from "./python-misery.ts";
import { CountingServer } from "./server-client.ts";

/** What is asked. */
export interface PythonChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly fault?: Fault;
  readonly onLine?: (line: string) => void;
}

/** What was found. All but `kills`, `inFlight` and `byKind` must be 0. */
export interface PythonChaosReport {
  readonly kills: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly repeated: number;
  readonly different: number;
  readonly processes: number;
  readonly sessions: number;
  readonly inFlight: number;
}

/** Of an evaluation, and of a search, which gives up when it has lost three workers in one life of its host. */
const KILLS_PER_JOB = { "python-evaluation": 8, "python-search": 5 } as const;
/** Each kill waits for one to four examples, and a host's end takes with it what was under way. */
const EXAMPLES_PER_KILL = 10;
/** On a busy machine a guardian may need a while to come round. */
const GONE_MS = 20_000;

type PythonJob = (typeof PYTHON_JOBS)[number];

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
  const examples = EXAMPLES_PER_KILL * Math.min(kills, KILLS_PER_JOB["python-evaluation"]) + 4 * EXAMPLES_PER_KILL;
  const undisturbed = new Map<PythonJob, string>();
  try {
    for (let turn = 0; total.kills < kills; turn++) {
      const job = PYTHON_JOBS[turn % PYTHON_JOBS.length] ?? "python-evaluation";
      const whole = undisturbed.get(job) ?? (await live(job, `${job}-whole`, [])).results;
      undisturbed.set(job, whole);
      const count = Math.min(kills - total.kills, KILLS_PER_JOB[job]);
      const plan = job === "python-search" ? searchPlan(count, random) : planOf(count, random);
      const found = await live(job, `${job}-${turn}`, plan);
      total.different += Number(found.results !== whole);
      const { findings } = found.lives;
      total.kills += found.hits.length;
      for (const misery of found.hits) byKind[misery] = (byKind[misery] ?? 0) + 1;
      total.lost += findings.lost;
      total.repeated += findings.repeated;
      total.inFlight += findings.inFlight;
      total.processes += found.processes;
      total.sessions += found.sessions;
      const outcome = found.results === whole ? "equal" : "different";
      onLine(
        `${job}: ${found.hits.join(", ")}: ${findings.lost} lost, ${findings.repeated} repeated, ${outcome}, ${found.processes} processes left, ${found.sessions} sessions leaked, ${findings.inFlight} in flight asked again`,
      );
      if (found.hits.length === 0) throw new Error("the job came to its end before anything could be done to it");
    }
    return { ...total, byKind };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  /** One job from its first life to its report. */
  async function live(job: PythonJob, name: string, plan: readonly Misery[]) {
    const lives = new JobLives(job, join(folder, name), server, fault);
    const hitsFile = join(folder, `${name}-hits`);
    const mark = newId("chaos");
    let processes = 0;
    for (;;) {
      const hits = hitsIn(hitsFile);
      const order = { miseries: plan.slice(hits.length), hitsFile, seed: seed + hits.length, mark, examples };
      const life = await lives.live({ type: "misery", ...order });
      processes += await processesLeft(mark);
      if (life.report === undefined) continue;
      // The job wrote it: `python-job.ts`.
      const { results, sessions } = JSON.parse(life.report) as { readonly results: object; readonly sessions: number };
      return { lives, processes, sessions, hits: hitsIn(hitsFile), results: JSON.stringify(results) };
    }
  }
}

/** Every kind in turn, in an order that is drawn anew each time round. */
function planOf(count: number, random: Random, kinds: readonly Misery[] = MISERIES): readonly Misery[] {
  const plan: Misery[] = [];
  while (plan.length < count) {
    const round = [...kinds];
    random.shuffle(round);
    plan.push(...round);
  }
  return plan.slice(0, count);
}

/** No more than two of its workers between two ends of its host. */
function searchPlan(count: number, random: Random): readonly Misery[] {
  const ofWorkers = planOf(
    count,
    random,
    MISERIES.filter((misery) => misery !== "host"),
  );
  return ofWorkers.map((misery, index) => (index % 3 === 2 ? "host" : misery));
}

function hitsIn(file: string): readonly Misery[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  // The job wrote them, one a line.
  return lines.map((line) => JSON.parse(line) as Misery);
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
