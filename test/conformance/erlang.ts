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
const INSTALL = "Install it: apt-get install erlang-base (as root), or bring any erl of OTP 25 or later into PATH.";
/** Limit: a live run of 2,000 generated scenarios takes about 20 s on two cores. */
const TIME_LIMIT_MS = 300_000;

/** Erlang, ready to run scenarios. */
export interface Erlang {
  /** Such as `25`. */
  readonly otpRelease: string;
  /** The traces by scenario id. */
  run(scenarios: readonly Scenario[]): Promise<ReadonlyMap<string, readonly string[]>>;
  close(): void;
}

/** Compiles the runner. @throws where there is no `erl`, naming what installs it */
export async function openErlang(): Promise<Erlang> {
  const folder = mkdtempSync(join(tmpdir(), "dspex-conformance-"));
  const sources = readdirSync(SOURCES)
    .filter((file) => file.endsWith(".erl"))
    .map((file) => join(SOURCES, file));
  try {
    await output("erlc", ["-Werror", "-o", folder, ...sources]);
    const otpRelease = await output("erl", [
      "-noshell",
      "-eval",
      "io:put_chars(erlang:system_info(otp_release)), halt().",
    ]);
    return {
      otpRelease,
      run: (scenarios) => run(folder, sources, scenarios),
      close: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function run(
  folder: string,
  sources: readonly string[],
  scenarios: readonly Scenario[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const file = join(folder, "scenarios.term");
  writeFileSync(file, scenarios.map((scenario) => `${toErlangTerm(scenario)}.\n`).join(""));
  const modules = sources.map((source) => source.slice(source.lastIndexOf("/") + 1, -".erl".length));
  const printed = await output("erl", [
    // One scheduler and a clock per step: "quiet" is a fact then. Embedded: no module is loaded in the middle of a step.
    ...["+S", "1", "-mode", "embedded", "-noshell", "-noinput", "-pa", folder],
    ...["-eval", `[{module, _} = code:load_file(M) || M <- [${modules}]], conformance:main(["${file}"]).`],
  ]);
  const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const traces = new Map<string, readonly string[]>();
  for (const block of printed.split(/^=/m).slice(1)) {
    const [id = "", ...lines] = block.trimEnd().split("\n");
    const scenario = byId.get(id);
    if (scenario === undefined) throw new Error(`expected a scenario that was asked for, Erlang printed "${id}"`);
    traces.set(id, toTrace(scenario, lines.map(toEvent)));
  }
  return traces;
}

function toEvent(line: string): TraceEvent {
  const at = line.indexOf("\t");
  return { observer: line.slice(0, at), text: line.slice(at + 1) };
}

function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: TIME_LIMIT_MS });
    let out = "";
    let problems = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      problems += text;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error(`expected ${command} in PATH, found none. ${INSTALL}`) : error);
    });
    child.on("close", (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ended with ${code}: ${problems}${out.slice(-2000)}`));
    });
  });
}
