import { whoIs as readUser } from "../answers.ts";
import { type Args, UsageError } from "./command.ts";

/** The options that name a user. */
export const USER_OPTIONS = {
  user: { hint: "ID", help: "the user's id" },
  anonymous: { hint: "ID", help: "the anonymous id, where there is no user id" },
  traits: { hint: "JSON", help: "traits that stand over the stored ones for this answer" },
} as const;

/** The part of a request that names the user. */
export function whoIs(args: Args): ReturnType<typeof readUser> {
  const [userId, anonymousId, traits] = [args.text("user"), args.text("anonymous"), args.text("traits")];
  if (userId === undefined && anonymousId === undefined)
    throw new UsageError("who? Give --user ID or --anonymous ID");
  return readUser({ userId, anonymousId, traits: traits === undefined ? undefined : readTraits(traits) });
}

function readTraits(text: string): Record<string, unknown> {
  try {
    const traits: unknown = JSON.parse(text);
    if (typeof traits === "object" && traits !== null && !Array.isArray(traits)) return { ...traits };
  } catch {}
  throw new UsageError(`--traits is a JSON object, such as '{"plan":"pro"}'`);
}
