import { eraseResponse, refreshProgress } from "@muster/rules/wire";
import { type Command, EXIT, UsageError } from "./command.ts";

/** `muster refresh` */
export const refreshCommand: Command = {
  name: "refresh",
  positionals: [],
  summary: "Bring stored memberships up to date now, as the edge does each minute; needs an admin key",
  options: { look: { help: "only say how far they are behind" } },
  run: async ({ args, edge, io }) => {
    const method = args.flag("look") ? "GET" : "POST";
    for (;;) {
      const { profiles, outdated, due } = await edge.call(refreshProgress, { method, path: "/v1/refresh" });
      io.out(`${profiles} profiles, ${outdated} follow older definitions, ${due} are due\n`);
      if (method === "GET" || outdated + due === 0) return EXIT.ok;
    }
  },
};

/** `muster erase` */
export const eraseCommand: Command = {
  name: "erase",
  positionals: [],
  summary: "Erase all that the edge keeps of a user; static lists are definitions and stay",
  options: {
    user: { hint: "ID", help: "the user's id" },
    anonymous: { hint: "ID", help: "an anonymous id, whose past goes too where it is no other user's" },
  },
  run: async ({ args, edge, io }) => {
    const [userId, anonymousId] = [args.text("user"), args.text("anonymous")];
    if (userId === undefined && anonymousId === undefined)
      throw new UsageError("who? Give --user ID or --anonymous ID");
    const body = JSON.stringify({ userId, anonymousId });
    const { erased } = await edge.call(eraseResponse, { method: "POST", path: "/v1/erase", body });
    io.out(erased ? "erased\n" : "there was nothing\n");
    return EXIT.ok;
  },
};
