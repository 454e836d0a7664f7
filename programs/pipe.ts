// Puts a running program where inputs flow: `inputs.then(pipe(program))`.
// Knows nothing of what runs it.

/** What can be run on inputs, as a spawned program can. */
export interface Runnable<Inputs extends object, Outputs extends object> {
  run(inputs: Inputs): Promise<Outputs>;
}

/**
 * A program as a function of its inputs alone, to be handed to `then` and `map`.
 *
 * What comes from before must be the next one's inputs, by name; a `pipeline` picks and keeps values, this does not. The function rejects as `run` does.
 * @example
 * const labels = await Promise.all(reviews.map((review) => ({ review })).map(pipe(labeller)));
 */
export function pipe<Inputs extends object, Outputs extends object>(
  program: Runnable<Inputs, Outputs>,
): (inputs: Inputs | Promise<Inputs>) => Promise<Outputs> {
  return async (inputs) => program.run(await inputs);
}
