// Kills jobs at seeded places over their whole course and adds up what was found.
// Knows nothing of the command line.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../../runtime/base/index.ts";
import { JobLives, type LifeEnd } from "./lives.ts";
import { type BatchKill, type Fault, JOBS, type JobName } from "./order.ts";
import { CountingServer } from "./server-client.ts";

/** What chaos is asked to do. */
export interface ChaosOptions {
  /** Kills spread uniformly over the requests of the jobs. The forced ones at batch writes come on top. */
  readonly kills: number;
  readonly seed: number;
  readonly fault?: Fault;
  /** Which jobs. Default all. */
  readonly jobs?: readonly JobName[];
  readonly onLine?: (line: string) => void;
}

/** What chaos found. All but `kills` and `inFlight` must be 0. */
export interface ChaosReport {
  readonly kills: number;
  readonly lost: number;
  readonly repeated: number;
  readonly different: number;
  readonly inFlight: number;
}

const FORCED: readonly BatchKill[] = ["before", "inside", "after"];
/** Kills of one job before it is let finish and its report compared. */
const KILLS_PER_JOB = 4;

/** Runs chaos. Rejects where a job ends otherwise than by its report or a kill. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { kills, seed, fault, jobs = JOBS, onLine = () => {} } = options;
  const folder = mkdtempSync(join(tmpdir(), "dspex-chaos-"));
  const random = new Random(seed);
  await using server = await CountingServer.start();
  const total = { kills: 0, lost: 0, repeated: 0, different: 0, inFlight: 0 };
  try {
    const expected = new Map<JobName, { readonly report: string; readonly requests: number }>();
    for (const job of jobs) {
      const { report, requests } = await new JobLives(job, join(folder, `${job}-whole`), server).live({
        type: "report",
      });
      if (report === undefined) throw new Error(`the job ${job} left no report`);
      expected.set(job, { report, requests });
      onLine(`${job}: ${requests} requests when nobody kills it`);
    }
    for (const [index, plan] of planOf(kills, jobs, expected, random).entries()) {
      const lives = new JobLives(plan.job, join(folder, `${plan.job}-${index}`), server, fault);
      let report: string | undefined;
      for (const end of plan.ends) {
        report = (await lives.live(end)).report;
        if (report !== undefined) break;
      }
      report ??= (await lives.live({ type: "report" })).report;
      const isDifferent = report !== expected.get(plan.job)?.report;
      const { findings } = lives;
      total.kills += findings.kills;
      total.lost += findings.lost;
      total.repeated += findings.repeated;
      total.inFlight += findings.inFlight;
      if (isDifferent) total.different += 1;
      onLine(
        `${plan.job}: ${findings.kills} kills, ${findings.lost} lost, ${findings.repeated} repeated, ${isDifferent ? "different" : "equal"}, ${findings.inFlight} in flight asked again`,
      );
    }
    return total;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface JobPlan {
  readonly job: JobName;
  readonly ends: readonly LifeEnd[];
}

function planOf(
  kills: number,
  jobs: readonly JobName[],
  expected: ReadonlyMap<JobName, { readonly requests: number }>,
  random: Random,
): readonly JobPlan[] {
  const plans: JobPlan[] = jobs.map((job) => ({
    job,
    // The first batches are the run's own records, later ones hold calls and results.
    ends: FORCED.map((where, index) => ({ type: "batch", where, atBatch: 1 + index + random.randrange(4) })),
  }));
  // A kill after so many requests says nothing of a job that makes none.
  const asking = jobs.filter((job) => (expected.get(job)?.requests ?? 0) > 0);
  for (let left = kills, turn = 0; left > 0 && asking.length > 0; turn++) {
    const job = asking[turn % asking.length];
    if (job === undefined) break;
    const count = Math.min(left, KILLS_PER_JOB);
    const requests = expected.get(job)?.requests ?? 1;
    // Sorted positions over the whole course: each life is killed when it has come that far.
    const places = Array.from({ length: count }, () => random.randrange(requests)).sort((a, b) => a - b);
    plans.push({
      job,
      ends: places.map((place, index) => ({ type: "requests", after: place - (places[index - 1] ?? 0) })),
    });
    left -= count;
  }
  return plans;
}
