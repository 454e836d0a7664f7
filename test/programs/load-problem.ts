// What comes of loading a file, for tests of files that are wrong.
// Knows nothing of what is wrong with them.
import { type Module, predict, withSavedProgram } from "../../programs/index.ts";

/** The error that loading this text ends with; the loaded program where it does not. */
export function problem(text: string, into: Module = predict("a -> b") as Module): unknown {
  try {
    return withSavedProgram(into, text);
  } catch (error) {
    return error;
  }
}
