import { refreshProgress } from "@muster/rules/wire";
import { answer, guarded } from "../http/route.ts";
import { readProgress, refreshPopulation } from "../memberships/refresh.ts";

const info = { path: "/v1/refresh", kinds: ["admin"] } as const;
const description = "How many profiles follow older definitions, or are due because time has passed";

export const readRefresh = guarded(
  {
    ...info,
    method: "get",
    summary: "How far stored memberships are behind; answers to other requests never are",
    answer: { status: 200, description, schema: refreshProgress },
  },
  async ({ edge }) => answer(await readProgress(edge)),
);

export const refresh = guarded(
  {
    ...info,
    method: "post",
    summary: "Do what the cron does each minute: settle what is due and what follows older definitions",
    answer: { status: 200, description, schema: refreshProgress },
  },
  async ({ edge }) => {
    await refreshPopulation(edge);
    return answer(await readProgress(edge));
  },
);
