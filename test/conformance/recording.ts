// The traces that real OTP gave, kept beside the scenarios so that they can be replayed where there is no Erlang.
// Must not know how traces are made or compared.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What was recorded for one file of scenarios. */
export interface Recording {
  readonly otpRelease: string;
  /** OTP's traces by scenario id. */
  readonly traces: Readonly<Record<string, readonly string[]>>;
  /** Ours, where a documented deviation makes it another one. */
  readonly ours: Readonly<Record<string, readonly string[]>>;
}

const FOLDER = join(import.meta.dirname, "fixtures");

/** The recording of a section; empty where there is none yet. */
export function readRecording(sectionName: string): Recording {
  const path = join(FOLDER, `${sectionName}.json`);
  if (!existsSync(path)) return { otpRelease: "none", traces: {}, ours: {} };
  // Written by writeRecording and by nothing else.
  return JSON.parse(readFileSync(path, "utf8")) as Recording;
}

/** Keeps a recording, one trace per line, so that a change of one behaviour is a change of one line. */
export function writeRecording(sectionName: string, { otpRelease, traces, ours }: Recording): void {
  const lines = (entries: Readonly<Record<string, readonly string[]>>): string =>
    Object.entries(entries)
      .map(([id, trace]) => `    ${JSON.stringify(id)}: ${JSON.stringify(trace)}`)
      .join(",\n");
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    join(FOLDER, `${sectionName}.json`),
    `{\n  "otpRelease": ${JSON.stringify(otpRelease)},\n  "traces": {\n${lines(traces)}\n  },\n  "ours": {\n${lines(ours)}\n  }\n}\n`,
  );
}
