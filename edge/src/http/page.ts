import { LIMITS } from "@muster/rules";
import { z } from "zod";

/** `limit` of a listing. */
export const pageLimit = z.coerce
  .number()
  .int()
  .min(1)
  .max(LIMITS.page)
  .default(100)
  .describe("Items on a page");
