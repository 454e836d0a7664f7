// Erlang and Elixir as sides of a comparison: where they are, which version, how their programs are started.
// Knows nothing of what is measured.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openSide, type Side } from "./side.ts";

const execute = promisify(execFile);
const SOURCES = join(import.meta.dirname, "..", "erlang");
/** As the virtual machine starts by itself, and with one scheduler: whichever is faster in a row is what we are compared with. */
const SCHEDULERS: readonly { readonly words: string; readonly flags: readonly string[] }[] = [
  { words: "its own schedulers", flags: [] },
  { words: "+S 1", flags: ["+S", "1"] },
];
/** Release, flavour of the emulator (`jit` or `emu`), schedulers. */
const ABOUT =
  'io:format("~s, ~s, ~b schedulers", [erlang:system_info(otp_release), erlang:system_info(emu_flavor), erlang:system_info(schedulers)]), halt().';

/** Erlang or Elixir. */
export interface Beam {
  readonly version: string | null;
  /** What to install, where it is not there. */
  readonly missing: string | undefined;
  /** One process per way to schedule. */
  open(task: string): readonly { readonly words: string; readonly side: Side }[];
  close(): void;
}

/** Looks for it and compiles its programs. */
export async function openBeam(language: "erlang" | "elixir"): Promise<Beam> {
  const folder = mkdtempSync(join(tmpdir(), "dspex-bench-"));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    return language === "erlang" ? await openErlang(folder, close) : await openElixir(folder, close);
  } catch (error) {
    close();
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const missing = `not run: no ${language === "erlang" ? "erl" : "elixir"} in PATH; apt-get install ${language === "erlang" ? "erlang-base" : "elixir"} (as root) brings it`;
    return { version: null, missing, open: () => [], close: () => undefined };
  }
}

async function openErlang(folder: string, close: () => void): Promise<Beam> {
  await execute("erlc", ["-Werror", "-o", folder, join(SOURCES, "kernel_bench.erl")]);
  const { stdout } = await execute("erl", ["-noshell", "-eval", ABOUT]);
  return {
    version: `OTP ${stdout}`,
    missing: undefined,
    open: (task) =>
      SCHEDULERS.map(({ words, flags }) => ({
        words,
        side: openSide("erl", [
          ...flags,
          ...["+P", "2000000", "+t", "4000000", "-noshell", "-pa", folder],
          ...["-eval", `kernel_bench:main(["${task}"]).`],
        ]),
      })),
    close,
  };
}

async function openElixir(folder: string, close: () => void): Promise<Beam> {
  const { stdout } = await execute("elixir", ["--version"]);
  return {
    version: /Elixir \S+/.exec(stdout)?.[0] ?? stdout.trim(),
    missing: undefined,
    open: () =>
      SCHEDULERS.map(({ words, flags }) => ({
        words,
        side: openSide("elixir", [...flags.flatMap((flag) => ["--erl", flag]), join(SOURCES, "registry_bench.exs")]),
      })),
    close,
  };
}
