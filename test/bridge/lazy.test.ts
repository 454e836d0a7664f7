import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";

/** Runs code in a process of its own in which whoever loads gRPC or protobuf fails. */
function withoutGrpc(code: string): { readonly status: number | null; readonly stderr: string } {
  const guard = `
    import { registerHooks } from "node:module";
    registerHooks({ resolve(name, context, next) {
      if (/^(@grpc|protobufjs)/.test(name)) throw new Error("loaded " + name);
      return next(name, context);
    } });`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", guard + code], {
    encoding: "utf8",
  });
  return { status, stderr };
}

const front = pathToFileURL(join(root, "index.ts")).href;
const wire = pathToFileURL(join(root, "bridge", "wire.ts")).href;

describe("the front door", () => {
  it("loads no gRPC and no protobuf, also for a runtime that was told of Python and does not use it", () => {
    const code = `
      const { createRuntime } = await import("${front}");
      const runtime = await createRuntime({ python: {} });
      await runtime.stop();`;
    expect(withoutGrpc(code)).toEqual({ status: 0, stderr: "" });
  }, 180_000);

  it("would be found out if it did", () => {
    const { status, stderr } = withoutGrpc(`const { loadWire } = await import("${wire}"); await loadWire();`);
    expect([status, stderr]).toEqual([1, expect.stringContaining("loaded protobufjs")]);
  });
});
