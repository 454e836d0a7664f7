// Runs scenarios on real OTP: compiles the runner into a folder of its own, starts one virtual machine, reads what it prints.
// Must not know what is expected of it.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toErlangTerm } from "./erlang-term.ts";
import type { Scenario } from "./scenario.ts";
import { type TraceEvent, toTrace } from "./trace.ts";

const SOURCES = join(import.meta.dirname, "erlang");
const ELIXIR_SOURCES = join(import.meta.dirname, "elixir");
const INSTALL: Readonly<Record<string, string>> = {
  erl: "Install it: apt-get install erlang-base (as root), or bring any erl of OTP 25 or later into PATH.",
  elixir: "Install it: apt-get install elixir (as root), or bring any elixir of 1.14 or later into PATH.",
};
/** Limit: so many scenarios take about 3 s on two idle cores, and one process that is asked for all of them may come too late on busy ones. */
const SCENARIOS_PER_RUN = 250;
const TIME_LIMIT_MS = 300_000;

/** Erlang or Elixir, ready to run scenarios. */
export interface Erlang {
  /** Such as `25`, or `25, Elixir 1.14.0`. */
  readonly otpRelease: string;
  /** The traces by scenario id. */
  run(scenarios: readonly Scenario[]): Promise<ReadonlyMap<string, readonly string[]>>;
  close(): void;
}

/** What is not there: said so, with what installs it. */
export class NotInstalled extends Error {}

/** Compiles the runner. @throws NotInstalled where there is no `erl` */
export function openErlang(): Promise<Erlang> {
  return open(async (folder, sources) => {
    const modules = sources.map((source) => source.slice(source.lastIndexOf("/") + 1, -".erl".length));
    const otpRelease = await output("erl", ["-noshell", "-eval", OTP_RELEASE]);
    return {
      otpRelease,
      printed: (file) =>
        output("erl", [
          // One scheduler and a clock per step: "quiet" is a fact then. Embedded: no module is loaded in the middle of a step.
          ...["+S", "1", "-mode", "embedded", "-noshell", "-noinput", "-pa", folder],
          ...["-eval", `[{module, _} = code:load_file(M) || M <- [${modules}]], conformance:main(["${file}"]).`],
        ]),
    };
  });
}

/** Compiles the runner and what Elixir adds to it. @throws NotInstalled where there is no `elixir` */
export function openElixir(): Promise<Erlang> {
  return open(async (folder) => {
    const version = /Elixir (\S+)/.exec(await output("elixir", ["--version"]))?.[1] ?? "unknown";
    const sources = readdirSync(ELIXIR_SOURCES).map((file) => join(ELIXIR_SOURCES, file));
    await output("elixirc", ["-pa", folder, "-o", folder, ...sources]);
    const otpRelease = await output("erl", ["-noshell", "-eval", OTP_RELEASE]);
    return {
      otpRelease: `${otpRelease}, Elixir ${version}`,
      printed: (file) =>
        output("elixir", ["--erl", "+S 1", "-pa", folder, "-e", `ConformanceElixir.main(${JSON.stringify(file)})`]),
    };
  });
}

const OTP_RELEASE = "io:put_chars(erlang:system_info(otp_release)), halt().";

interface Machine {
  readonly otpRelease: string;
  /** What the runner prints for the scenarios in a file. */
  printed(file: string): Promise<string>;
}

async function open(start: (folder: string, sources: readonly string[]) => Promise<Machine>): Promise<Erlang> {
  const folder = mkdtempSync(join(tmpdir(), "dspex-conformance-"));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  const sources = readdirSync(SOURCES)
    .filter((file) => file.endsWith(".erl"))
    .map((file) => join(SOURCES, file));
  try {
    await output("erlc", ["-Werror", "-o", folder, ...sources]);
    const machine = await start(folder, sources);
    return {
      otpRelease: machine.otpRelease,
      async run(scenarios) {
        const traces = new Map<string, readonly string[]>();
        for (let from = 0; from < scenarios.length; from += SCENARIOS_PER_RUN) {
          const some = await run(folder, machine, scenarios.slice(from, from + SCENARIOS_PER_RUN));
          for (const [id, trace] of some) traces.set(id, trace);
        }
        return traces;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function run(
  folder: string,
  machine: Machine,
  scenarios: readonly Scenario[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const file = join(folder, "scenarios.term");
  writeFileSync(file, scenarios.map((scenario) => `${toErlangTerm(scenario)}.\n`).join(""));
  const printed = await machine.printed(file);
  const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const traces = new Map<string, readonly string[]>();
  for (const block of printed.split(/^=/m).slice(1)) {
    const [id = "", ...lines] = block.trimEnd().split("\n");
    const scenario = byId.get(id);
    if (scenario === undefined) throw new Error(`expected a scenario that was asked for, Erlang printed "${id}"`);
    traces.set(id, toTrace(scenario, lines.map(toEvent)));
  }
  const missing = scenarios.find(({ id, status }) => status !== "not-built" && !traces.has(id));
  if (missing !== undefined) throw new Error(`expected Erlang to print what comes of "${missing.id}", found nothing`);
  return traces;
}

function toEvent(line: string): TraceEvent {
  const at = line.indexOf("\t");
  return { observer: line.slice(0, at), text: line.slice(at + 1) };
}

function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill();
    }, TIME_LIMIT_MS);
    let out = "";
    let problems = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      problems += text;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      const install = INSTALL[command.replace(/c$/, "").replace(/^erl.*/, "erl")];
      reject(error.code === "ENOENT" ? new NotInstalled(`expected ${command} in PATH, found none. ${install}`) : error);
    });
    child.on("close", (code) => {
      clearTimeout(limit);
      // Asked for by its code alone: Erlang ends with 0 when it is told to end.
      if (isLate)
        reject(new Error(`expected ${command} to be done within ${TIME_LIMIT_MS / 1000} s, found it at work`));
      else if (code === 0) resolve(out);
      else reject(new Error(`${command} ended with ${code}: ${problems}${out.slice(-2000)}`));
    });
  });
}
