import { describe, expect, it } from "vitest";
import { createRuntime, type ProgramHandle } from "../../actors/index.ts";
import { openaiCompatible } from "../../lm/index.ts";
import { program } from "../../programs/index.ts";
import type { BaseError, ErrorRecord } from "../../runtime/base/index.ts";
import type { HandledMessage } from "../../runtime/index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { type OpenaiServer, startOpenaiServer } from "../support/openai-server.ts";
import { answerFor, askedBy, fields, Nested, nestedPaths } from "./nested-program.ts";
import { rejection, until } from "./waiting.ts";

type NestedHandle = ProgramHandle<{ question: string }, { answer: string }>;
type Predictor = ReturnType<typeof askedBy>;

/** Under which of the predictors' requests a module is in mid-call. */
const busyWhile: Readonly<Record<(typeof nestedPaths)[number], Predictor>> = {
  self: "parts[0]",
  gen: "gen.predict",
  "gen.predict": "gen.predict",
  "parts[0]": "parts[0]",
  "parts[1]": "parts[1]",
};

/** A server that never answers the chosen predictor's requests about "kill me", and everything else at once. */
async function serverHanging(predictor: Predictor): Promise<{ server: OpenaiServer; release: () => void }> {
  let isHanging = true;
  const server = await startOpenaiServer({
    reply: (body) => {
      const asked = askedBy(body);
      return asked === predictor && isHanging ? { type: "hang" } : { type: "answer", text: answerFor(asked) };
    },
  });
  return {
    server,
    release: () => {
      isHanging = false;
    },
  };
}

async function withNested<Value>(server: OpenaiServer, work: (handle: NestedHandle) => Promise<Value>): Promise<Value> {
  const lm = openaiCompatible({ baseUrl: server.baseUrl, model: "m" });
  await using runtime = await createRuntime({ lm, cache: "off" });
  try {
    return await work(await runtime.spawnProgram(new Nested()));
  } finally {
    await server.close();
  }
}

function askedFor(server: OpenaiServer, predictor: Predictor): number {
  return server.seen.filter(({ body }) => askedBy(body) === predictor).length;
}

describe("a killed module's actor", () => {
  it("is one per module of a nested program", async () => {
    await using runtime = await createRuntime({ lm: scriptedLm([]) });
    const handle = await runtime.spawnProgram(new Nested());
    expect(handle.modulePaths).toEqual(nestedPaths);
    expect(new Set(nestedPaths.map((path) => handle.actorOf(path)?.actorId)).size).toBe(5);
  });

  it.each(nestedPaths)(
    "fails the call it was serving with ACTOR_DOWN and the message with its inputs: %s",
    async (path) => {
      const { server } = await serverHanging(busyWhile[path]);
      await withNested(server, async (handle) => {
        const call = rejection(handle.run({ question: "q" }));
        await until("the request is in flight", () => askedFor(server, busyWhile[path]) === 1);
        handle.actorOf(path)?.kill();
        const error = await call;
        expect(error).toMatchObject({ code: "ACTOR_DOWN", retryable: true, details: { reason: "killed" } });
        const { message } = (error as BaseError).details as { message: HandledMessage };
        expect(message.name).toBe("run");
        const asked = path.startsWith("parts") ? { draft: "a draft" } : { question: "q" };
        expect(message.payload).toMatchObject({ inputs: asked });
      });
    },
  );

  it.each(nestedPaths)("takes the sockets of its calls down: %s", async (path) => {
    const { server } = await serverHanging(busyWhile[path]);
    await withNested(server, async (handle) => {
      const call = rejection(handle.run({ question: "q" }));
      await until("the request is in flight", () => askedFor(server, busyWhile[path]) === 1);
      const before = server.openSockets;
      handle.actorOf(path)?.kill();
      await call;
      await until("the server sees the connection close", () => server.openSockets < before);
    });
  });

  it.each(nestedPaths)("is followed by an incarnation that serves the next call: %s", async (path) => {
    const { server, release } = await serverHanging(busyWhile[path]);
    await withNested(server, async (handle) => {
      const call = rejection(handle.run({ question: "q" }));
      await until("the request is in flight", () => askedFor(server, busyWhile[path]) === 1);
      const killed = handle.actorOf(path);
      killed?.kill();
      release();
      // Asked in the very turn of the kill, before the supervisor has heard of it.
      expect(await handle.run({ question: "next" })).toEqual({ answer: "one two" });
      expect(handle.actorOf(path)?.actorId).not.toBe(killed?.actorId);
      await call;
    });
  });

  it.each(["gen.predict", "parts[0]"] as const)(
    "leaves the calls that other modules are serving to their end: %s",
    async (path) => {
      // Two calls of one program in flight: one hangs in parts[1], which lives; the other is in the module that is killed.
      const held = Promise.withResolvers<void>();
      const lm = scriptedLm(async ({ messages }) => {
        const text = JSON.stringify(messages);
        const asked = askedBy(text);
        if (asked === "parts[1]" && text.includes("survivor")) await held.promise;
        if (asked === path && text.includes("victim")) return { hangs: true };
        return asked === "gen.predict"
          ? fields({ reasoning: "r", draft: text.includes("victim") ? "victim" : "survivor" })
          : answerFor(asked);
      });
      await using runtime = await createRuntime({ lm, cache: "off" });
      const handle = await runtime.spawnProgram(new Nested());
      const survivor = handle.run({ question: "survivor" });
      await until("the survivor is in parts[1]", () => lm.inFlight === 1 && lm.calls.length === 3);
      const victim = rejection(handle.run({ question: "victim" }));
      await until("the victim is in the module", () =>
        lm.calls.some(({ request }) => isVictimsAt(path, request.messages)),
      );
      handle.actorOf(path)?.kill();
      expect(await victim).toMatchObject({ code: "ACTOR_DOWN" });
      held.resolve();
      expect(await survivor).toEqual({ answer: "one two" });
    },
  );

  it("fails all the calls it was serving, each with its own message", async () => {
    const lm = scriptedLm(() => ({ hangs: true }));
    await using runtime = await createRuntime({ lm, cache: "off" });
    const handle = await runtime.spawnProgram(new Nested());
    const calls = ["a", "b", "c"].map((question) => rejection(handle.run({ question })));
    await until("all are in flight", () => lm.inFlight === 3);
    handle.actorOf("gen")?.kill();
    const asked = (await Promise.all(calls)).map(
      (error) =>
        ((error as BaseError).details["message"] as { payload: { inputs: { question: string } } }).payload.inputs
          .question,
    );
    expect(asked).toEqual(["a", "b", "c"]);
    await until("their requests are aborted", () => lm.inFlight === 0);
  });

  it("is seen by a program that handles the failure of a step itself", async () => {
    const lm = scriptedLm(() => ({ hangs: true }));
    const careful = program({ step: new Nested() }, async ({ question }: { question: string }, { step }) => {
      try {
        return await step({ question });
      } catch (error) {
        return { answer: `without: ${(error as BaseError).code}` };
      }
    });
    await using runtime = await createRuntime({ lm });
    const handle = await runtime.spawnProgram(careful);
    const call = handle.run({ question: "q" });
    await until("it is in flight", () => lm.inFlight === 1);
    handle.actorOf("step.gen")?.kill();
    expect(await call).toEqual({ answer: "without: ACTOR_DOWN" });
  });

  it("keeps message, reason and no inputs in the failure's record", async () => {
    const lm = scriptedLm(() => ({ hangs: true }));
    await using runtime = await createRuntime({ lm, calls: "on" });
    const handle = await runtime.spawnProgram(new Nested());
    const call = rejection(handle.run({ question: "secret question" }));
    await until("it is in flight", () => lm.inFlight === 1);
    handle.actorOf("gen")?.kill();
    await call;
    const { records } = await runtime.store.list("run").all();
    const error = records[0]?.error as ErrorRecord;
    expect(error).toMatchObject({
      code: "ACTOR_DOWN",
      details: { reason: "killed", message: { kind: "call", name: "run" } },
    });
    expect(JSON.stringify(error)).not.toContain("secret question");
  });
});

function isVictimsAt(path: Predictor, messages: unknown): boolean {
  const text = JSON.stringify(messages);
  return text.includes("victim") && askedBy(text) === path;
}
