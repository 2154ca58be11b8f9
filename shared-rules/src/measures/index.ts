import type { Measures } from "../engine/features.ts";
import { combine } from "./combine.ts";
import { digest, measureOf } from "./digest.ts";
import { PrefixSums } from "./prefix-sums.ts";

/** The engine's knowledge of the measures of events, other than their count. */
export const measures: Measures = {
  measure([, , measure, property = ""], samples, begin, end, context, features) {
    return measureOf(measure, digest(measure, property, samples, begin, end, context, features));
  },
  digest,
  combine,
  valueOf: measureOf,
  sums: PrefixSums.of,
};
