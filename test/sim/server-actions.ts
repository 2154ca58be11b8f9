import type { BatchResponse } from "@muster/rules/wire";
import { CHANGING, ITERATED } from "./choices.ts";
import { SEGMENTS } from "./rules.ts";
import type { Reply } from "./server.ts";
import { type ActionOf, nameOf } from "./steps.ts";
import type { World } from "./world.ts";

const ATTEMPTS = 4;

export function refresh({ admin }: World): void {
  void admin.call("POST", "/v1/refresh");
}

export function evaluate({ backend }: World, { user }: ActionOf<"evaluate">): void {
  void backend.call("POST", "/v1/evaluate", { userId: nameOf(user) });
}

export function define(world: World, { segment: index, rule }: ActionOf<"define">): void {
  const { admin, edge, faults } = world;
  const segment = SEGMENTS[index];
  if (segment === undefined) return;
  if (edge.deferred > 0) faults.count("planChangeDuringRefresh");
  void admin.call("PATCH", `/v1/segments/${segment.key}`, { rule: segment.rules[rule] }).then((reply) => {
    if (reply?.status === 200) faults.count("planChange");
  });
}

export function configure(world: World, { definition: index, form }: ActionOf<"configure">): void {
  const definition = CHANGING[index];
  if (definition === undefined) return;
  const { path, forms } = definition;
  if (form > 0) world.held.mayChange(path);
  void world.admin.call("PUT", `/v1/${path}`, forms[form]).then((reply) => judge(world, path, reply));
}

export function iterate(world: World, { experiment }: ActionOf<"iterate">): void {
  const path = `experiments/${ITERATED[experiment]}`;
  world.held.mayChange(path);
  void world.admin.call("POST", `/v1/${path}/iterations`, {}).then((reply) => judge(world, path, reply));
}

/** Every change of a definition is one that the edge takes, at once or once it is well. */
function judge({ faults, fail }: World, path: string, reply: Reply<unknown> | undefined): void {
  if (reply?.status === 200) faults.count("decisionChange");
  else if (reply !== undefined && reply.status < 500 && reply.status !== 429)
    fail(`${path} is answered ${reply.status} ${JSON.stringify(reply.body)}`);
}

/** A backend reports what a user did a while ago, and a trait. */
export function report(world: World, { name, amount, item, ago, plan, user }: ActionOf<"batch">): void {
  const userId = nameOf(user);
  const at = world.scheduler.now - ago;
  const owner = { at, tab: undefined, userId };
  const event = world.record.add({ type: "track", ...owner, name, props: { amount, item } });
  const write = world.record.add({ type: "set", ...owner, set: { plan } });
  const ops = [
    { type: "track", id: `b-${event.n}`, ts: at, userId, name, props: { amount, item, n: event.n } },
    { type: "set", id: `b-${write.n}`, ts: at, userId, set: { plan, note: write.n } },
  ] as const;
  for (const op of ops) world.record.see(op);
  void send(world, ops, [event, write]);
}

/** Finds, from the given one on, an event that an anonymous user's browser has sent, and reports it for a user. */
export function echo(world: World, { op: from, user }: ActionOf<"echo">): void {
  const { ops } = world.record;
  const isOfAnonymous = ({ type, wire }: (typeof ops)[number]) => type === "track" && wire?.userId === null;
  const turned = [...ops.slice(from % (ops.length + 1)), ...ops.slice(0, from % (ops.length + 1))];
  const op = turned.find(isOfAnonymous);
  if (op?.wire === undefined) return;
  const { id } = op.wire;
  const userId = nameOf(user);
  const copy = { userId, isDone: false, mayBeGone: false, isApart: false };
  op.echoes.push(copy);
  const sent = { type: "track", id, ts: op.at, userId, name: op.name, props: { ...op.props, n: op.n } };
  void send(world, [sent], [copy]).then(() => {
    copy.isApart = copy.isDone && countProfilesWith(world, id) > 1;
  });
}

function countProfilesWith({ workplace }: World, id: string): number {
  return workplace.database.run({ sql: "select 1 from events where id = ?", values: [id] }).rows.length;
}

/** Reports operations until the edge says that it has them, a few times at most. */
async function send(world: World, ops: readonly object[], of: readonly { isDone: boolean }[]): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const reply = await world.backend.call<BatchResponse>("POST", "/v1/batch", { ops });
    if (reply?.status === 200) {
      for (const { index, status } of reply.body.acks) {
        const op = of[index];
        if (status === "refused" || op === undefined)
          world.fail(`the edge refuses ${JSON.stringify(ops[index])}`);
        else op.isDone = true;
      }
      return;
    }
    await world.scheduler.wait(1_000, "backend waits");
  }
}
