import type { Definitions } from "../shop/server/define.ts";

/** What the journal is decided by: who reads, how the stories stand, and what readers are asked. */
export const JOURNAL: Definitions = {
  segments: [
    {
      key: "reader",
      name: "Readers",
      rule: {
        event: "story_read",
        measure: { distinct: "story" },
        within: { days: 30 },
        op: "gte",
        value: 2,
      },
    },
  ],
  flags: {
    "journal-layout": {
      name: "How the stories stand",
      type: "string",
      variations: { list: "list", cards: "cards" },
      enabled: true,
      off: "list",
      otherwise: "list",
    },
  },
  campaigns: {
    "sunday-letter": {
      name: "A letter on Sundays",
      kind: "prompt",
      placement: "journal",
      enabled: true,
      audience: { include: ["reader"] },
      caps: { once: true },
      content: {
        title: "A letter on Sundays?",
        text: "One story, one lamp, nothing else.",
        primary: { label: "Yes, please", event: "letter_ordered" },
        secondary: { label: "No, thanks" },
      },
    },
  },
};
