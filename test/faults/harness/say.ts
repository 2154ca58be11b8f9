import { Random } from "../../../bench/random.ts";

/** Tells, on one line, what a test has measured. */
export function say(name: string, measured: string): void {
  console.log(`${name}: ${measured}`);
}

/** All choices of a test follow from one number, `FAULTS_SEED` where it is set; another run can so be made the same. */
export const SEED = Number(process.env.FAULTS_SEED ?? 1);

export const choices = (): Random => new Random(SEED);
