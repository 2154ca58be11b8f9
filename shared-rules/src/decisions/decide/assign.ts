import type { TableDraw } from "../table.ts";
import { exposureId } from "./exposure.ts";
import { ownerOf } from "./place.ts";
import { own, type Reading } from "./reading.ts";

/** An arm of an experiment that decided something. */
export interface Assignment {
  /** What asked for it: a flag or a campaign. */
  flag?: string;
  campaign?: string;
  experiment: string;
  iteration: number;
  /** The arm. */
  variation: string;
  /** The id that was drawn for. */
  unit: string;
  /** Whether there is no exposure to track: there has been one, or the arm was chosen for a preview. */
  settled: boolean;
}

/** The id that is drawn for, if there is one. */
export function unitOf({ device }: TableDraw, { asked }: Reading): string | null | undefined {
  return device ? asked.anonymousId : (asked.userId ?? asked.anonymousId);
}

/** The arm of an experiment that a unit has or would get; undefined where it has no part in it. */
export function assign(
  experiment: string,
  by: Pick<Assignment, "flag" | "campaign">,
  reading: Reading,
): Assignment | undefined {
  const found = own(reading.table.experiments, experiment);
  if (!found) return undefined;
  const { iteration, arms, device, others = [], gates } = found;
  const { asked } = reading;
  const unit = unitOf(found, reading) ?? "";
  const assignment = (variation: string, settled = true): Assignment => ({
    ...by,
    experiment,
    iteration,
    variation,
    unit,
    settled,
  });
  const seen = (key: string, at: number) => asked.exposed?.(exposureId(key, at, unit));

  const chosen = own(asked.overrides?.experiments, experiment);
  if (arms.some(([arm]) => arm === chosen)) return assignment(chosen ?? "");
  if (!unit || !reading.isRunning(found)) return undefined;
  // An exposure binds whatever has become of the shares and of the audience since.
  const before = device && seen(experiment, iteration);
  const bound = arms.find(([arm, segment]) => (segment === null ? arm === before : reading.holds(segment)));
  if (bound) return assignment(bound[0]);
  const drawn =
    gates.every((gate) => ownerOf(gate, unit)) &&
    !others.some(([key, at]) => seen(key, at)) &&
    reading.holds(found.segment) &&
    ownerOf(found.split, unit);
  return drawn ? assignment(drawn, false) : undefined;
}
