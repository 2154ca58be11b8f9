import { env } from "cloudflare:workers";
import type { DecisionDefinitions } from "@muster/rules/decisions";

export async function putDecisions(
  _edge: unknown,
  { caps = null, ...parts }: DecisionDefinitions & Record<string, any>,
  secret: string[] = [],
): Promise<void> {
  const kinds = {
    flags: "flag",
    experiments: "experiment",
    campaigns: "campaign",
    groups: "group",
    holdouts: "holdout",
  } as const;
  await env.DB.batch([
    env.DB.prepare("delete from decisions"),
    ...Object.entries(kinds).flatMap(([part, kind]) =>
      Object.entries((parts as any)[part] ?? {}).map(([key, one]) =>
        env.DB.prepare("insert into decisions values (?,?,?,?,?,1,0,0,null)").bind(
          kind,
          key,
          "{}",
          JSON.stringify(one),
          secret.includes(key) ? 1 : 0,
        ),
      ),
    ),
    env.DB.prepare(
      "update workspace set version = version + 1, membership_version = version + 1, caps = ?",
    ).bind(caps === null ? null : JSON.stringify(caps)),
  ]);
}
