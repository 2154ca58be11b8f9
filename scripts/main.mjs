import { SetupError } from "./environment.mjs";

/**
 * Runs a command to its exit code; a `SetupError` is said in its own words, without a stack.
 * @param {() => Promise<number>} command
 */
export async function main(command) {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
