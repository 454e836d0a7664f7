import { spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type StopOnSignalsOptions, stopOnSignals } from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

function newWorld(options: StopOnSignalsOptions = {}) {
  const clock = createManualClock();
  const source = new EventEmitter();
  const happened: string[] = [];
  const gates: (() => void)[] = [];
  const stoppable = (name: string, ends: "at once" | "at the gate" | "never" | "badly") => ({
    stop: async ({ timeoutMs }: { readonly timeoutMs: number }) => {
      happened.push(`stop ${name} in ${timeoutMs}`);
      if (ends === "badly") throw new Error(`${name} is stuck`);
      if (ends === "at the gate") await new Promise<void>((resolve) => gates.push(resolve));
      if (ends === "never") await new Promise<void>(() => {});
      happened.push(`stopped ${name}`);
    },
  });
  const listen = (stoppables: Parameters<typeof stopOnSignals>[0]) =>
    stopOnSignals(stoppables, {
      process: {
        on: source.on.bind(source),
        off: source.off.bind(source),
        exit: (code) => void happened.push(`exit ${code}`),
      },
      clock,
      ...options,
    });
  return { clock, source, happened, gates, stoppable, listen };
}

describe("stopOnSignals", () => {
  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("stops in order at %s, one after the other, then ends the process with %i", async (signal, code) => {
    const { clock, source, happened, gates, stoppable, listen } = newWorld();
    listen([stoppable("server", "at the gate"), stoppable("runtime", "at once")]);
    source.emit(signal);
    await clock.settle();
    expect(happened).toEqual(["stop server in 7500"]);
    gates[0]?.();
    await clock.settle();
    expect(happened.slice(1)).toEqual(["stopped server", "stop runtime in 7500", "stopped runtime", `exit ${code}`]);
    expect([clock.pendingTimers, source.eventNames()]).toEqual([0, []]);
  });

  it("takes another exit code, other signals and another deadline", async () => {
    const { clock, source, happened, stoppable, listen } = newWorld({
      exitCode: 0,
      signals: ["SIGHUP"],
      deadlineMs: 100,
    });
    listen([stoppable("a", "at once")]);
    source.emit("SIGTERM");
    source.emit("SIGHUP");
    await clock.settle();
    expect(happened).toEqual(["stop a in 75", "stopped a", "exit 0"]);
  });

  it("ends the process at the deadline where something does not stop", async () => {
    const said: string[] = [];
    const { clock, source, happened, stoppable, listen } = newWorld({
      deadlineMs: 100,
      say: (text) => said.push(text),
    });
    listen([stoppable("a", "never"), stoppable("b", "at once")]);
    source.emit("SIGTERM");
    await clock.advance(99);
    expect(happened).toEqual(["stop a in 75"]);
    await clock.advance(1);
    expect(happened).toEqual(["stop a in 75", "exit 1"]);
    expect(said).toEqual(["SIGTERM: stopping, for at most 100 ms.", "Not stopped within 100 ms: leaving."]);
  });

  it("ends the process at a second signal, and where a stop fails", async () => {
    const twice = newWorld();
    twice.listen([twice.stoppable("a", "never")]);
    twice.source.emit("SIGTERM");
    twice.source.emit("SIGINT");
    expect(twice.happened.at(-1)).toBe("exit 1");
    const said: string[] = [];
    const failing = newWorld({ say: (text) => said.push(text) });
    failing.listen([failing.stoppable("a", "badly")]);
    failing.source.emit("SIGTERM");
    await failing.clock.settle();
    expect([failing.happened.at(-1), said.at(-1)]).toEqual(["exit 1", "Could not stop: Error: a is stuck"]);
  });

  it("leaves the process its own end where asked, unless it is late", async () => {
    const { clock, source, happened, stoppable, listen } = newWorld({ leaves: "late", deadlineMs: 100 });
    listen([stoppable("a", "at once")]);
    source.emit("SIGTERM");
    await clock.advance(200);
    expect(happened).toEqual(["stop a in 75", "stopped a"]);
  });

  it("gives the signals back when it is closed", () => {
    const { source, happened, stoppable, listen } = newWorld();
    {
      using _signals = listen([stoppable("a", "at once")]);
      expect(source.eventNames()).toEqual(["SIGTERM", "SIGINT"]);
    }
    expect(source.eventNames()).toEqual([]);
    expect(happened).toEqual([]);
  });
});

/** Runs the process of this name until it says `ready`, sends it signals, and waits for its end. */
function signalled(mode: string, signals: readonly NodeJS.Signals[]) {
  return new Promise<{ readonly code: number | null; readonly signal: string | null; readonly lines: string[] }>(
    (resolve, reject) => {
      const file = fileURLToPath(new URL("signalled-child.ts", import.meta.url));
      const child = spawn(process.execPath, [file, mode], { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (text.includes("ready")) for (const signal of signals) child.kill(signal);
      });
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, lines: output.trim().split("\n").slice(1) }));
    },
  );
}

describe("a process that stops on signals", () => {
  it("stops its tree in reverse order and ends with 143", async () => {
    expect(await signalled("tree", ["SIGTERM"])).toEqual({
      code: 143,
      signal: null,
      lines: ["c: shutdown", "b: shutdown", "a: shutdown"],
    });
  });

  it("kills what does not stop, and still stops the rest", async () => {
    expect(await signalled("stubborn", ["SIGTERM"])).toMatchObject({ code: 143, lines: ["c hangs", "a: shutdown"] });
  });

  it("is gone by its deadline whatever it does", async () => {
    expect(await signalled("stuck", ["SIGTERM"])).toMatchObject({ code: 1, lines: [] });
  });

  it("ends by itself with nothing left to do after a stop, the signals still listened to", async () => {
    expect(await signalled("stops-itself", [])).toEqual({ code: 0, signal: null, lines: ["a: shutdown", "[]"] });
  });
});
