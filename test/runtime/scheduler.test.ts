import { describe, expect, it } from "vitest";
import { type Schedulable, Scheduler } from "../../runtime/scheduler.ts";

interface Task extends Schedulable {
  readonly name: string;
  left: number;
}
const newTask = (name: string, left: number, isUrgent = false): Task => ({ name, left, isUrgent, isQueued: false });
const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Scheduler", () => {
  it("never runs a task where it is scheduled, and runs it once however often that is", async () => {
    const ran: string[] = [];
    const scheduler = new Scheduler<Task>(
      ({ name }) => {
        ran.push(name);
        return 1;
      },
      () => false,
    );
    const task = newTask("a", 1);
    scheduler.schedule(task);
    scheduler.schedule(task);
    expect(ran).toEqual([]);
    await macrotask();
    expect(ran).toEqual(["a"]);
  });

  it("lets tasks take turns, the urgent ones first", async () => {
    const ran: string[] = [];
    const scheduler = new Scheduler<Task>(
      (task) => {
        ran.push(task.name);
        task.left--;
        return 1;
      },
      ({ left }) => left > 0,
    );
    for (const task of [newTask("a", 2), newTask("b", 2), newTask("urgent", 2, true)]) scheduler.schedule(task);
    await macrotask();
    expect(ran).toEqual(["urgent", "urgent", "a", "b", "a", "b"]);
  });

  it("gives the event loop its turn after 20,000 messages [202]", async () => {
    let handled = 0;
    const task = newTask("restless", 1);
    const scheduler = new Scheduler<Task>(
      (_task, budget) => {
        handled += budget;
        return budget;
      },
      ({ left }) => left > 0,
    );
    scheduler.schedule(task);
    await macrotask();
    const first = handled;
    await macrotask();
    const second = handled - first;
    task.left = 0;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(21_000);
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThan(42_000);
  });

  it("gives the event loop its turn after slow messages, long before 20,000 [202]", async () => {
    let turns = 0;
    const task = newTask("slow", 1);
    const scheduler = new Scheduler<Task>(
      (_task, budget) => {
        turns++;
        for (const until = performance.now() + 12; performance.now() < until; );
        return budget;
      },
      ({ left }) => left > 0,
    );
    scheduler.schedule(task);
    await macrotask();
    const taken = turns;
    task.left = 0;
    expect(taken).toBeLessThanOrEqual(3);
    await macrotask();
  });
});
