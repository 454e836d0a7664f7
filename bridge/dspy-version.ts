// Which DSPy the bridge is tested with, and what to say of another.
// Knows nothing of workers.

/** The release that every test runs against. */
export const TESTED_DSPY = "3.3.1";

/** What a user should know of a worker's DSPy; nothing where it is the tested one, or there is none. */
export function dspyNotice(version: string): string | undefined {
  if (version === "" || version === TESTED_DSPY) return undefined;
  return (
    `DSPy ${version} is installed, and dspex is tested with ${TESTED_DSPY}: prompts may be worded otherwise, so that recorded answers are not found again; ` +
    "saved programs may not load; optimizers may draw other candidates. `dspex python setup` makes an environment with the tested one."
  );
}
