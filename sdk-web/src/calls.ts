import { NAME_LENGTH } from "./bounds.ts";
import { describePage } from "./capture/describe-page.ts";
import type { Client } from "./client.ts";
import type { Journal } from "./journal.ts";
import { type Data, isName, isUserId, takeData } from "./operation.ts";
import type { Replica } from "./replica.ts";
import type { Report } from "./report.ts";

/** When an operation was called for, and its id; taken at the call, whenever it is carried out. */
export interface Stamp {
  id: string;
  ts: number;
  /** `ts` is by the device's clock: it was not yet known how far that is off. */
  unmeasured?: true;
}

/** What the calls of an application need. */
export interface CallHost {
  readonly replica: Replica;
  readonly journal: Pick<Journal, "record" | "renew">;
  readonly report: Report;
  stamp(): Stamp;
  /** Carries a call out once memory is filled, unless nothing may be tracked. */
  defer(task: () => Promise<void>): Promise<void>;
  /** The user did something. */
  touched(): void;
  /** Another user is here. */
  renewed(): void;
}

/** The calls that say what a user does and is: checked, copied and stamped at once, whenever they are carried out. */
export interface Calls extends Pick<Client, "track" | "page" | "identify" | "setTraits" | "reset"> {
  /** The user did what this SDK itself has a name for. */
  tell(name: string, props: Data): Promise<void>;
  /** Identifies the user at once. */
  become(userId: string): void;
}

/** What no application tracks: the name of any event, and what exposures and prompts are told by. */
const RESERVED: readonly string[] = ["*", "$exposure", "$prompt"];

export function createCalls({ replica, journal, report, stamp, defer, touched, renewed }: CallHost): Calls {
  const refuse = async (path: string): Promise<void> =>
    report("invalid-argument", path, `text or JSON with names of at most ${NAME_LENGTH} characters`);

  const take = (path: string, data: Data | undefined, task: (data: Data, stamp: Stamp) => Promise<void>) => {
    const copy = takeData(data);
    if (!copy) return refuse(path);
    const at = stamp();
    return defer(() => task(copy, at));
  };

  const write = async (set: Data, at: Stamp): Promise<void> => {
    if (Object.keys(set).length > 0) await journal.record({ type: "set", ...at, set });
  };
  const did = (name: string, known?: Data) => (props: Data, at: Stamp) => {
    touched();
    return journal.record({ type: "track", ...at, name, props: { ...known, ...props } });
  };

  const become = (userId: string, set: Data, at: Stamp): Promise<void> => {
    const known = replica.identity.userId;
    if (known === userId) return write(set, at);
    if (known !== null) void journal.renew(false);
    const done = journal.record({ type: "identify", ...at, userId, set });
    if (known !== null) renewed();
    return done;
  };

  return {
    become: (userId) => void (isUserId(userId) ? become(userId, {}, stamp()) : refuse("userId")),

    tell: (name, props) => take("props", props, did(name)),

    track: (name, props) =>
      isName(name) && !RESERVED.includes(name) ? take("props", props, did(name)) : refuse("name"),

    page: (props) => take("props", props, did("$page", globalThis.document && describePage())),

    identify: (userId, traits) =>
      isUserId(userId) ? take("traits", traits, (set, at) => become(userId, set, at)) : refuse("userId"),

    setTraits: (traits) => take("traits", traits, write),

    reset: () =>
      defer(() => {
        const done = journal.renew(true);
        renewed();
        return done;
      }),
  };
}
