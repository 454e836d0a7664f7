// Puts the compiled kernel together into a few files: a thread that runs actors is ready in half the time where it has four files to load and not seventy.
// Knows nothing of what is in them. Other rooms come in through the same doors, so that there is one copy of everything.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { rolldown } from "rolldown";

/** The kernel's doors, and the first files of its threads and processes. */
const ENTRIES = {
  index: "index.js",
  "base/index": "base/index.js",
  // Beside the file that starts them, which looks for them where it is itself.
  "thread-main": "hosts/thread-main.js",
  "process-main": "hosts/process-main.js",
};

/** Stands before the path of what is entered. An entry is whole wherever it is imported; what only leads to one is not. */
const DOOR = "door:";

/** An entry that hands out what is behind it. */
function throughDoor(path) {
  const specifier = JSON.stringify(path);
  return path.endsWith("-main.js") ? `import ${specifier};` : `export * from ${specifier};`;
}

/** Replaces the JavaScript of `dist/runtime` by its bundle. Declarations stay as they are. */
export async function bundleRuntime(dist) {
  const room = join(dist, "runtime");
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, DOOR + join(room, path)])),
    plugins: [
      {
        name: "doors",
        resolveId: (specifier) => (specifier.startsWith(DOOR) ? { id: specifier, moduleSideEffects: true } : null),
        load: (id) => (id.startsWith(DOOR) ? throughDoor(id.slice(DOOR.length)) : null),
      },
    ],
    external: (specifier) => !(specifier.startsWith(DOOR) || specifier.startsWith(".") || isAbsolute(specifier)),
    platform: "node",
    preserveEntrySignatures: "strict",
    // As package.json says: what an entry does not use of a file, it does not load.
    treeshake: { moduleSideEffects: (path) => path.endsWith("-main.js") },
  });
  const { output } = await bundle.generate({ format: "esm", chunkFileNames: "[name]-[hash].js" });
  for (const path of readdirSync(room, { recursive: true }).map(String)) {
    if (path.endsWith(".js")) rmSync(join(room, path));
  }
  for (const chunk of output) if (chunk.type === "chunk") writeFileSync(join(room, chunk.fileName), chunk.code);
  await bundle.close();
}
