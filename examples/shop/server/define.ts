import type { Edge } from "@muster/edge/dev";
import type { WrittenCampaign, WrittenExperiment, WrittenFlag } from "@muster/rules/decisions";
import {
  type CreateSegmentRequest,
  savedCampaign,
  savedExperiment,
  savedFlag,
  segment,
} from "@muster/rules/wire";
import { callEdge } from "./call-edge.ts";

/** What an example is decided by. */
export interface Definitions {
  segments?: readonly CreateSegmentRequest[];
  experiments?: { readonly [key: string]: WrittenExperiment };
  flags?: { readonly [key: string]: WrittenFlag };
  campaigns?: { readonly [key: string]: WrittenCampaign };
}

const READERS = { experiments: savedExperiment, flags: savedFlag, campaigns: savedCampaign };

/** Defines at the edge what is not there yet; what someone has changed stays changed. */
export async function define(edge: Edge, { segments = [], ...decisions }: Definitions): Promise<void> {
  for (const definition of segments) {
    if (await callEdge(edge, segment, `/v1/segments/${definition.key}`)) continue;
    await callEdge(edge, segment, "/v1/segments", { ...definition, status: "active" });
  }
  // In this order, since flags name experiments.
  for (const kind of ["experiments", "flags", "campaigns"] as const) {
    for (const [key, definition] of Object.entries(decisions[kind] ?? {})) {
      const path = `/v1/${kind}/${key}`;
      if (await callEdge<unknown>(edge, READERS[kind], path)) continue;
      await callEdge<unknown>(edge, READERS[kind], path, definition, "PUT");
    }
  }
}
