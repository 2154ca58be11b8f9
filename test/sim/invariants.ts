import type { EvaluateResponse, MismatchList } from "@muster/rules/wire";
import { checkChoices } from "./check-choices.ts";
import type { Tab } from "./device.ts";
import { checkInstants } from "./instants.ts";
import { Oracle, ownerOf } from "./oracle.ts";
import { checkPeople } from "./people.ts";
import type { Echo } from "./record.ts";
import { SEGMENTS } from "./rules.ts";
import type { Reply } from "./server.ts";
import { checkStates } from "./states.ts";
import type { ProfileTruth, Truth } from "./truth.ts";
import type { World } from "./world.ts";

/** Whatever must hold once a run is quiet; what does not is a problem of the world. */
export async function checkInvariants(world: World, truth: Truth): Promise<void> {
  const fail = (problem: string): void => world.fail(problem);
  const oracle = new Oracle(truth, world.record);
  oracle.checkLog(fail);
  checkPeople(world.record, fail);
  countMergesOfOverlap(world, truth);
  world.instants = checkInstants(world.workplace.database, truth, world.record, fail);
  await checkStates(world.workplace.database, truth, world.scheduler.now, fail);
  for (const profile of truth.profiles.values()) await checkProfile(world, profile, oracle);
  for (const device of world.devices) {
    for (const tab of device.tabs) checkTab(world, tab, truth, oracle);
    const users = new Set(device.tabs.map(({ client }) => userOf(client)));
    if (users.size > 1) fail(`${device.name} is used by ${[...users].join(" and ")}`);
  }
  await checkChoices(world, truth, (path, body) => ask(world, world.backend.call("POST", path, body)));
  const mismatches = await ask<MismatchList>(world, world.admin.call("GET", "/v1/mismatches"));
  for (const { segment, count } of mismatches?.mismatches ?? []) fail(`${count} mismatches of ${segment}`);
}

/** Users who became one although both had the same event. */
function countMergesOfOverlap({ record, faults }: World, truth: Truth): void {
  for (const op of record.ops) {
    const isUnited = ({ isApart, userId }: Echo) => isApart && ownerOf(op, truth)?.userId === userId;
    if (op.echoes.some(isUnited)) faults.count("mergeOfOverlap");
  }
}

/** The edge's answer, its table and its log agree with the oracle. */
async function checkProfile(world: World, profile: ProfileTruth, oracle: Oracle): Promise<void> {
  const { now } = world.scheduler;
  const expected = membersOf(oracle.evaluate(profile, now));
  const name = profile.userId ?? [...profile.anonymousIds].join();
  if (expected !== [...profile.members].sort().join()) {
    world.fail(`${name} is stored in [${[...profile.members].sort()}], but is in [${expected}]`);
  }
  const user =
    profile.userId !== null ? { userId: profile.userId } : { anonymousId: [...profile.anonymousIds][0] };
  const answered = await ask<EvaluateResponse>(world, world.backend.call("POST", "/v1/evaluate", user));
  const found = membersOf(Object.entries(answered?.memberships ?? {}));
  if (found !== expected) world.fail(`${name} is answered to be in [${found}], but is in [${expected}]`);
  const sums = new Map<string, number>();
  for (const { segment, change } of profile.log) {
    sums.set(segment, (sums.get(segment) ?? 0) + (change === "entered" ? 1 : -1));
  }
  for (const key of sums.keys())
    if (!SEGMENTS.some((segment) => segment.key === key)) world.fail(`the log of ${name} tells of ${key}`);
  for (const { key } of SEGMENTS) {
    const sum = sums.get(key) ?? 0;
    if (sum !== Number(profile.members.has(key)))
      world.fail(`the log of ${name} and ${key} adds up to ${sum}`);
  }
}

/** A tab knows everything, and answers as the oracle does. */
function checkTab(world: World, tab: Tab, truth: Truth, oracle: Oracle): void {
  const user = tab.client.inspect()?.user;
  const { userId, anonymousId } = { userId: user?.id, anonymousId: user?.anonymousId };
  const identity = typeof userId === "string" ? `user:${userId}` : `anonymous:${anonymousId}`;
  const expected = oracle.evaluate(truth.identities.get(identity), world.scheduler.now);
  const answers = tab.client.memberships();
  for (const key of answers.keys())
    if (!SEGMENTS.some((segment) => segment.key === key)) world.fail(`${tab.name} tells of ${key}`);
  for (const { key } of SEGMENTS) {
    const answer = answers.get(key);
    const member = expected.has(key);
    if (answer?.ready !== true) world.fail(`${tab.name} is not ready for ${key} (${JSON.stringify(answer)})`);
    else if (answer.member !== member)
      world.fail(`${tab.name}, ${identity}, is ${member ? "not " : ""}in ${key}`);
  }
  if (tab.client.status.mismatches > 0) world.fail(`${tab.name} counts mismatches`);
}

function userOf(client: Tab["client"]): string {
  const user = client.inspect()?.user;
  return `${user?.id} (${user?.anonymousId})`;
}

function membersOf(memberships: Iterable<readonly [string, { member: boolean }]>): string {
  return [...memberships]
    .flatMap(([key, { member }]) => (member ? [key] : []))
    .sort()
    .join();
}

/** A request's body, once time has passed for it; undefined, and a problem, where there is none. */
async function ask<Body>(world: World, asked: Promise<Reply<Body> | undefined>): Promise<Body | undefined> {
  let reply: Reply<Body> | undefined;
  let isDone = false;
  void asked.then((answered) => {
    reply = answered;
    isDone = true;
  });
  await world.scheduler.runUntil(world.scheduler.now + 30_000, () => isDone);
  if (reply?.status !== 200) world.fail(`a question is answered ${reply?.status}`);
  return reply?.status === 200 ? reply.body : undefined;
}
