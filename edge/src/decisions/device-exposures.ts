import { type DecisionTable, exposureId } from "@muster/rules/decide";

/** The ids of all exposures of a device on which a decision may depend. */
export function listDeviceExposures({ experiments }: DecisionTable, device: string): string[] {
  const found = Object.entries(experiments).flatMap(([key, experiment]) =>
    experiment.device === true ? [[key, experiment.iteration] as const, ...(experiment.others ?? [])] : [],
  );
  return [...new Set(found.map(([key, iteration]) => exposureId(key, iteration, device)))];
}
