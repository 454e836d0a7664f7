// Starts the counting server and asks it things.
// Knows nothing of jobs.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The counting server, as the controller sees it. */
export class CountingServer implements AsyncDisposable {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<CountingServer> {
    const child = fork(join(import.meta.dirname, "server.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    // A server that does not load says nothing: without its end the wait would have none.
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the counting server ended with code ${code} before it listened; what it printed is above`);
    });
    const [message] = (await Promise.race([once(child, "message"), ended])) as [{ port: number }];
    ended.catch(() => {});
    return new CountingServer(child, message.port);
  }

  /** The keys of the requests it has seen, from the `from`th on, in the order of arrival. */
  async seen(from = 0): Promise<readonly string[]> {
    // The server answers /seen with a list of texts, nothing else.
    return (await (await fetch(`${this.url}/seen?from=${from}`)).json()) as readonly string[];
  }

  /** Kills a process when `after` more requests have come. */
  async killAfter(pid: number, after: number): Promise<void> {
    await fetch(`${this.url}/kill?pid=${pid}&after=${after}`);
  }

  /** Kills nobody any more. */
  async spare(): Promise<void> {
    await fetch(`${this.url}/spare`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#process, "exit");
    this.#process.disconnect();
    await closed;
  }
}
