import { type MemberList, memberList } from "@muster/rules/wire";
import { retry } from "../retry.ts";
import { type Command, EXIT, UsageError } from "./command.ts";
import { printable } from "./table.ts";

/** `muster members KEY` */
export const membersCommand: Command = {
  name: "members",
  positionals: ["KEY"],
  summary: "List who is in a segment, a line each: user or anonymous, the id, since when",
  options: {
    wait: { hint: "SECONDS", help: "the longest to wait while a changed definition is being applied (300)" },
    json: { help: "print a JSON object a line" },
  },
  details: "The columns are separated by tabs: muster members loyal | cut -f2",
  run: async ({ args, edge, io }) => {
    const wait = Number(args.text("wait") ?? 300);
    if (!(wait >= 0)) throw new UsageError("--wait is a number of seconds");
    const path = `/v1/segments/${encodeURIComponent(args.positional("KEY"))}/members`;
    const onRetry = (error: Error, ms: number) =>
      io.err(`${error.message}; asking again in ${Math.ceil(ms / 1_000)} s\n`);
    const query = new URLSearchParams({ limit: "1000" });
    let count = 0;
    for (let next: string | null = ""; next !== null; ) {
      if (next !== "") query.set("cursor", next);
      const ask = () => edge.call(memberList, { path: `${path}?${query}` });
      const page: MemberList = await retry(ask, { patience: wait * 1_000, onRetry });
      for (const member of page.members)
        io.out(args.flag("json") ? `${JSON.stringify(member)}\n` : line(member));
      count += page.members.length;
      next = page.next;
    }
    io.err(`${count} members\n`);
    return EXIT.ok;
  },
};

function line({ userId, anonymousId, since }: MemberList["members"][number]): string {
  const [kind, id] = userId === null ? ["anonymous", anonymousId ?? ""] : ["user", userId];
  return `${kind}\t${printable(id)}\t${since === null ? "" : new Date(since).toISOString()}\n`;
}
