import { resultsRequest, resultsResponse } from "@muster/rules/wire";
import { findMeasured } from "../experiments/find-measured.ts";
import { measureExperiment } from "../experiments/measure-experiment.ts";
import { answer, guardedBody } from "../http/route.ts";
import { Problem } from "../problem.ts";

/** For those who decide on an experiment; it may be asked as often as one likes. */
export const experimentResults = guardedBody(
  {
    method: "post",
    path: "/v1/experiments/{key}/results",
    summary:
      "What exposed users did, by arm: the difference with an interval that holds however often one looks",
    kinds: ["admin", "secret"],
    body: resultsRequest,
    answer: {
      status: 200,
      description: "Users and means of each arm, and the comparison with the control",
      schema: resultsResponse,
    },
  },
  async ({ edge, param }, body) => {
    const measured = await findMeasured(edge.db, param("key"), body.iteration);
    if (body.control !== undefined && !Object.hasOwn(measured.experiment.arms, body.control)) {
      const arms = Object.keys(measured.experiment.arms).join(", ");
      throw new Problem("invalid-body", `The arms are ${arms}.`, { path: "/control" });
    }
    return answer(await measureExperiment(edge.db, measured, body, edge.runtime.now()));
  },
);
