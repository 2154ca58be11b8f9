import { allowOnly, type Fields, optional, readFields, requireKey } from "../../parse/fields.ts";
import type { Experiment, Places } from "../definitions.ts";
import { PLACES } from "../places.ts";
import { placesBeside, placesOfPercent, placesOfWeights } from "./shares.ts";

const ALL: Places = [[0, PLACES]];

/**
 * An experiment's document, which is still to be checked. With a new iteration everyone is drawn anew, so that no
 * place of an arm need stay whose it was; in the group it keeps its places all the same. `takenIn`: the places that
 * other experiments of a group have.
 */
export function authorExperiment(
  fields: Fields,
  before: Experiment | undefined,
  takenIn: (group: unknown) => Places,
  iterate: boolean,
  makeSalt: () => string,
): unknown {
  allowOnly(fields, "", [
    ...["enabled", "unit", "weights", "allocation"],
    ...["audience", "group", "holdout", "start", "end"],
  ]);
  const { weights, allocation: _, group: __, ...rest } = Object.fromEntries(fields);
  requireKey(fields, "", "weights");
  const drawn = iterate ? undefined : before;
  return {
    ...rest,
    salt: before?.salt ?? makeSalt(),
    iteration: (before?.iteration ?? 1) + (before && iterate ? 1 : 0),
    arms: placesOfWeights(weights, "/weights", drawn?.arms ?? {}),
    ...optional(fields, "allocation", (share) =>
      placesOfPercent(share, "/allocation", drawn?.allocation ?? ALL),
    ),
    ...optional(fields, "group", (part) => {
      const own = readFields(part, "/group", "a part of a group");
      allowOnly(own, "/group", ["key", "share"]);
      const key = requireKey(own, "/group", "key");
      const share = requireKey(own, "/group", "share");
      const has = before?.group?.key === key ? before?.group?.places : undefined;
      return { key, places: placesBeside(share, "/group/share", has ?? [], takenIn(key)) };
    }),
  };
}
