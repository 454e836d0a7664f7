import { describe, expect, it } from "vitest";
import { lmServerFailed } from "../../lm/errors.ts";
import type { LmProvider, ScriptedReply } from "../../lm/index.ts";
import { BaseError, errorCode } from "../../runtime/base/index.ts";
import { listening } from "./heard.ts";
import { settle } from "./manual-clock.ts";
import { asking, poolFixture } from "./pool-fixture.ts";

const place = { provider: "scripted", model: "scripted" };
const serverFailed = lmServerFailed({ ...place, status: 500 });
const reply: ScriptedReply = { chunks: ["Dub", "lin"], chunkDelayMs: 10 };

describe("LmPool, streaming", () => {
  it("tells a listener the pieces and answers as without one", async () => {
    const { pool, clock, types } = poolFixture([reply]);
    const heard = listening();
    const call = pool.complete(asking("q", { listener: heard }));
    await clock.advance(10);
    expect(heard.pieces).toEqual(["Dub"]);
    await clock.advance(10);
    expect(heard.pieces).toEqual(["Dub", "lin"]);
    expect(await call).toMatchObject({
      response: { completions: [{ text: "Dublin" }] },
      from: "provider",
      attempts: 1,
    });
    expect(types()).toEqual(["lm.call.started", "lm.call.stopped"]);
  });

  it("answers from the cache what was streamed before, and tells no pieces of it", async () => {
    const { pool, clock, lm } = poolFixture([reply]);
    const first = pool.complete(asking("q", { listener: listening() }));
    await clock.advance(20);
    await first;
    const heard = listening();
    expect(await pool.complete(asking("q", { listener: heard }))).toMatchObject({ from: "cache" });
    expect(heard.pieces).toEqual([]);
    expect(lm.calls.length).toBe(1);
  });

  it("tells what comes in one turn as one piece", async () => {
    const { pool } = poolFixture([{ chunks: ["Dub", "lin"], reasoning: "hm" }]);
    const heard = listening();
    await pool.complete(asking("q", { listener: heard }));
    expect(heard.pieces).toEqual(["[hm]", "Dublin"]);
  });

  it("sends two listeners' request once, and tells the later one what came before", async () => {
    const { pool, clock, lm } = poolFixture([reply]);
    const [early, late] = [listening(), listening()];
    const first = pool.complete(asking("q", { listener: early }));
    await clock.advance(10);
    const second = pool.complete(asking("q", { listener: late }));
    expect(late.pieces).toEqual(["Dub"]);
    await clock.advance(10);
    expect(await Promise.all([first, second])).toMatchObject([{ from: "provider" }, { from: "flight" }]);
    expect([early.pieces, late.pieces]).toEqual([
      ["Dub", "lin"],
      ["Dub", "lin"],
    ]);
    expect(lm.calls.length).toBe(1);
  });

  it("begins again for its listener after a failure in the middle", async () => {
    const { pool, clock } = poolFixture([{ chunks: ["ha"], error: serverFailed }, reply]);
    const heard = listening();
    const call = pool.complete(asking("q", { listener: heard }));
    await clock.advance(1000);
    expect(heard.pieces).toEqual(["ha", "(again)", "Dub", "lin"]);
    expect(await call).toMatchObject({ attempts: 2 });
  });

  it("says nothing of beginning again where nothing had come", async () => {
    const { pool, clock } = poolFixture([serverFailed, reply]);
    const heard = listening();
    const call = pool.complete(asking("q", { listener: heard }));
    await clock.advance(1000);
    await call;
    expect(heard.pieces).toEqual(["Dub", "lin"]);
  });

  it("gives an answer up that is silent for too long, however much came before", async () => {
    const { pool, clock } = poolFixture([{ chunks: ["a", "b", "c"], chunkDelayMs: 900, hangs: true }], {
      attemptTimeoutMs: 1000,
      retries: { maxAttempts: 1 },
    });
    const heard = listening();
    const call = pool.complete(asking("q", { listener: heard })).catch(errorCode);
    await clock.advance(2700);
    expect(heard.pieces).toEqual(["a", "b", "c"]);
    await clock.advance(1010);
    expect(await call).toBe("LM_TIMEOUT");
  });

  it("does not take a listener's own slowness for silence", async () => {
    const { pool, clock } = poolFixture([{ chunks: ["a", "b", "c"], chunkDelayMs: 1 }], {
      attemptTimeoutMs: 1000,
      retries: { maxAttempts: 1 },
    });
    const heard = listening();
    heard.full = true;
    const call = pool.complete(asking("q", { listener: heard }));
    await clock.advance(5000);
    // What was under way when it had enough still comes.
    expect(heard.pieces).toEqual(["a", "b"]);
    heard.takeMore();
    await clock.advance(1);
    expect(await call).toMatchObject({ response: { completions: [{ text: "abc" }] } });
  });

  it("has a slow listener hold up nobody but itself", async () => {
    const { pool, clock } = poolFixture([{ chunks: ["a", "b", "c"], chunkDelayMs: 1 }]);
    const [slow, quick] = [listening(), listening()];
    slow.full = true;
    void pool.complete(asking("q", { listener: slow }));
    await clock.advance(10);
    expect(slow.pieces).toEqual(["a", "b"]);
    const call = pool.complete(asking("q", { listener: quick }));
    await clock.advance(10);
    expect(quick.pieces).toEqual(["ab", "c"]);
    expect(await call).toMatchObject({ from: "flight" });
  });

  it.each(["comes and wants the answer alone", "leaves"])("reads on where somebody %s", async (what) => {
    const { pool, clock } = poolFixture([{ chunks: ["a", "b", "c"], chunkDelayMs: 1 }]);
    const [slow, other] = [listening(), listening()];
    slow.full = true;
    other.full = true;
    const leaving = new AbortController();
    const call = pool.complete(asking("q", { listener: slow }));
    await clock.advance(10);
    if (what === "leaves") {
      void pool.complete(asking("q", { listener: other, signal: leaving.signal })).catch(() => {});
      await settle();
      leaving.abort();
      slow.takeMore();
    } else {
      void pool.complete(asking("q"));
    }
    await clock.advance(10);
    expect(await call).toMatchObject({ response: { completions: [{ text: "abc" }] } });
  });

  it("ends the provider's stream when the last caller leaves", async () => {
    const { pool, clock, lm } = poolFixture([{ chunks: ["a"], hangs: true }]);
    const controller = new AbortController();
    const heard = listening();
    const call = pool.complete(asking("q", { listener: heard, signal: controller.signal })).catch(errorCode);
    await clock.advance(1);
    expect(heard.pieces).toEqual(["a"]);
    controller.abort();
    expect(await call).toBe("LM_ABORTED");
    await settle();
    expect(lm.inFlight).toBe(0);
  });

  it("drops what a stream says after it was given up", async () => {
    let late: (() => void) | undefined;
    const provider: LmProvider = {
      providerName: "p",
      modelName: "m",
      identity: {},
      complete: async () => ({ completions: [{ text: "" }], model: "m" }),
      stream: (_request, { signal }, listener) =>
        new Promise((_resolve, reject) => {
          void listener.onText("in time", 0);
          late ??= () => void listener.onText("late", 0);
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    };
    const { pool, clock } = poolFixture([], { provider, attemptTimeoutMs: 100 });
    const heard = listening();
    void pool.complete(asking("q", { listener: heard })).catch(() => {});
    await clock.advance(1000);
    late?.();
    expect(heard.pieces).not.toContain("late");
    pool.close();
  });

  it("asks a provider that cannot stream for the whole", async () => {
    const provider: LmProvider = {
      providerName: "p",
      modelName: "m",
      identity: {},
      complete: async () => ({ completions: [{ text: "whole" }], model: "m" }),
    };
    const { pool } = poolFixture([], { provider });
    const heard = listening();
    expect(await pool.complete(asking("q", { listener: heard }))).toMatchObject({
      response: { completions: [{ text: "whole" }] },
    });
    expect(heard.pieces).toEqual([]);
  });

  it("ends streams with the pool", async () => {
    const { pool, clock } = poolFixture([{ chunks: ["a"], hangs: true }]);
    const call = pool.complete(asking("q", { listener: listening() }));
    await clock.advance(1);
    pool.close(new BaseError("LM_POOL_CLOSED", "closed"));
    await expect(call).rejects.toMatchObject({ code: "LM_POOL_CLOSED" });
  });
});
