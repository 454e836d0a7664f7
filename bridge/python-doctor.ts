// Looks whether an interpreter is fit for workers, check by check, each with its remedy.
// Changes nothing.

import { spawnSync } from "node:child_process";
import { type Clock, systemClock } from "../runtime/base/index.ts";
import { TESTED_DSPY } from "./dspy-version.ts";
import { openWorker } from "./open-worker.ts";

/** What one check found. */
export interface PythonCheck {
  readonly check: string;
  /** `warned`: workers run, and something is missing there. */
  readonly status: "ok" | "warned" | "failed";
  readonly found: string;
  /** What to do, where something is to be done. */
  readonly remedy?: string;
}

/** What is looked at. */
export interface PythonDoctorOptions {
  readonly interpreter: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

const SETUP = "dspex python setup";
const LOOK = `
import importlib.metadata as m, json, platform, sys
def version(name):
    try: return m.version(name)
    except m.PackageNotFoundError: return None
print(json.dumps({"python": platform.python_version(), "fits": (3, 10) <= sys.version_info[:2] < (3, 15),
                  "packages": {name: version(name) for name in ("grpcio", "protobuf", "orjson", "dspy", "numpy", "optuna")}}))
`;

interface Look {
  readonly python: string;
  readonly fits: boolean;
  readonly packages: Readonly<Record<string, string | null>>;
}

/** Checks an interpreter. Never rejects: whatever is wrong is a check that failed. */
export async function checkPython(options: PythonDoctorOptions): Promise<readonly PythonCheck[]> {
  const { interpreter } = options;
  const { stdout, error, stderr } = spawnSync(interpreter, ["-c", LOOK], { encoding: "utf8" });
  const look = read(stdout);
  if (look === undefined) {
    const found = error?.message ?? (stderr || "it prints nothing");
    return [{ check: "interpreter", status: "failed", found: `${interpreter}: ${found}`, remedy: SETUP }];
  }
  const checks: PythonCheck[] = [
    look.fits
      ? { check: "interpreter", status: "ok", found: `${interpreter}, Python ${look.python}` }
      : { check: "interpreter", status: "failed", found: `Python ${look.python}`, remedy: "use a Python 3.10 to 3.14" },
    ...["grpcio", "protobuf", "orjson"].map((name) => present(look, name, "failed", "workers do not start without it")),
    dspyCheck(look),
    present(look, "numpy", "warned", "SIMBA fails without it"),
    present(look, "optuna", "warned", "MIPROv2 fails without it"),
  ];
  return checks.some(({ status }) => status === "failed") ? checks : [...checks, await workerCheck(options)];
}

function read(stdout: string | null): Look | undefined {
  try {
    // Printed by the code above.
    return JSON.parse(stdout ?? "") as Look;
  } catch {
    return undefined;
  }
}

function present({ packages }: Look, name: string, otherwise: "warned" | "failed", effect: string): PythonCheck {
  const version = packages[name] ?? null;
  if (version !== null) return { check: name, status: "ok", found: version };
  return { check: name, status: otherwise, found: `missing: ${effect}`, remedy: SETUP };
}

function dspyCheck({ packages }: Look): PythonCheck {
  const version = packages["dspy"] ?? null;
  if (version === TESTED_DSPY) return { check: "dspy", status: "ok", found: version };
  if (version === null) {
    const found = "missing: programs in Python fail, handlers do not need it";
    return { check: "dspy", status: "warned", found, remedy: SETUP };
  }
  const found = `${version}, not ${TESTED_DSPY}: prompts, saved programs and optimizers are held against ${TESTED_DSPY} and may differ`;
  return { check: "dspy", status: "warned", found, remedy: SETUP };
}

/** Whether a worker starts and answers, which is what all the rest is for. */
async function workerCheck({ interpreter, env, clock = systemClock }: PythonDoctorOptions): Promise<PythonCheck> {
  const startedMs = clock.now();
  try {
    const worker = await openWorker({ python: interpreter, runId: "doctor", env, clock, dspy: false });
    const readyMs = Math.round(clock.now() - startedMs);
    await worker.kill();
    return { check: "worker", status: "ok", found: `ready in ${readyMs} ms` };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { check: "worker", status: "failed", found, remedy: "see what it printed" };
  }
}
