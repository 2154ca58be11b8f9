import type { Operation } from "@muster/rules/wire";
import { ClaimRecord } from "./claims.ts";
import { Device, type Surroundings } from "./device.ts";
import { ADMIN_KEY, SimEdge } from "./edge.ts";
import { ExposureRecord } from "./exposures.ts";
import type { Faults } from "./faults.ts";
import { HeldDecisions } from "./held.ts";
import { type Host, Network } from "./network.ts";
import { isOwnEvent } from "./own-events.ts";
import { Random } from "./random.ts";
import { OperationRecord } from "./record.ts";
import { Scheduler } from "./scheduler.ts";
import { Server } from "./server.ts";
import { nameOf } from "./steps.ts";
import type { Trace } from "./trace.ts";
import { START, type Workplace } from "./workplace.ts";

const HOUR = 3_600_000;
/** How long after it was sent a request can still take effect. */
const ERASURE_MS = 60_000;
/** More than any host has reason to send in an hour of a run: who does is in a loop. */
const REQUESTS_AN_HOUR = 150;

/** Everything there is in one run. */
export class World {
  readonly problems: string[] = [];
  /** How many changes by time have been found at their instants. */
  instants = 0;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly edge: SimEdge;
  readonly network: Network;
  readonly devices: readonly Device[];
  readonly admin: Server;
  readonly backend: Server;
  readonly record: OperationRecord;
  readonly exposures: ExposureRecord;
  readonly claims: ClaimRecord;
  readonly held: HeldDecisions;
  readonly workplace: Workplace;
  readonly #requests = new Map<string, number>();
  #erasures: { userId: string; until: number }[] = [];

  constructor(workplace: Workplace, seed: number, trace: Trace, faults: Faults) {
    workplace.database.restore();
    this.workplace = workplace;
    const fail = (problem: string): void => this.fail(problem);
    this.scheduler = new Scheduler(START, new Random(seed, "order"), trace);
    this.faults = faults;
    faults.onStrike = (fault) => this.scheduler.note(`FAULT ${fault}`);
    const random = new Random(seed, "world");
    this.edge = new SimEdge(workplace.database, this.scheduler, this.faults, random);
    this.network = new Network(this.edge, this.scheduler, this.faults, random);
    this.record = new OperationRecord(fail);
    this.exposures = new ExposureRecord(this.scheduler, fail);
    this.claims = new ClaimRecord(fail);
    this.held = new HeldDecisions(this.scheduler, this.exposures, faults, fail);
    this.network.onSend = (host, path, body) => this.#watch(host, path, body);
    const around: Surroundings = {
      scheduler: this.scheduler,
      network: this.network,
      faults: this.faults,
      random,
      key: workplace.publishableKey,
      fail,
    };
    this.devices = Array.from({ length: random.pick([1, 2, 2, 3]) }, (_, index) => {
      const skew = random.chance(0.5) ? 0 : random.between(-24 * HOUR, 24 * HOUR);
      if (skew !== 0) this.faults.count("clockSkew");
      return new Device(`device${index}`, skew, around);
    });
    this.admin = new Server("admin", this.network, ADMIN_KEY);
    this.backend = new Server("backend", this.network, workplace.secretKey);
  }

  fail(problem: string): void {
    this.scheduler.note(`PROBLEM ${problem}`);
    this.problems.push(problem);
  }

  /** A backend erases a user. Whatever is theirs may be gone whenever that reaches the database. */
  eraseUser(user: number): void {
    const userId = nameOf(user);
    void this.backend.call("POST", "/v1/erase", { userId });
    this.#erasures.push({ userId, until: this.scheduler.now + ERASURE_MS });
    this.edge.beforeCall = () => {
      this.#erasures = this.#erasures.filter(({ until }) => until >= this.scheduler.now);
      for (const erasure of this.#erasures) this.#noteErasure(erasure.userId);
    };
  }

  #noteErasure(userId: string): void {
    for (const { person } of this.devices) person?.did.clear();
    const sql = `select value from identities where kind = 'anonymous' and profile =
      (select profile from identities where kind = 'user' and value = ?)`;
    const { rows } = this.workplace.database.run({ sql, values: [userId] });
    const anonymousIds = new Set(rows.map(({ value }) => String(value)));
    for (const kept of [this.record, this.exposures, this.claims, this.held])
      kept.eraseUser(userId, anonymousIds);
  }

  /** A device erases its user: whatever was done on it by now may be gone. */
  eraseDevice(device: Device): void {
    for (const kept of [this.record, this.exposures, this.claims]) kept.eraseDevice(device);
  }

  #watch(host: Host, path: string, body: string): void {
    const { name } = host;
    const hour = `${name} in hour ${Math.floor((this.scheduler.now - START) / HOUR)}`;
    const requests = (this.#requests.get(hour) ?? 0) + 1;
    this.#requests.set(hour, requests);
    if (requests === REQUESTS_AN_HOUR) this.fail(`${hour} sends ${requests} requests`);
    if (path !== "/v1/sync" || body.includes('"ops":[]')) return;
    const { ops, clock }: { ops: Operation[]; clock?: number } = JSON.parse(body);
    for (const op of ops) {
      this.#see(host, op, clock !== undefined);
      const n = op.type === "track" ? (op.props.n ?? `${op.name} ${op.id}`) : op.set.note;
      this.scheduler.note(
        `with ${op.type} ${n} of ${op.userId ?? op.anonymousId}, ts ${op.ts - this.scheduler.now} from now`,
      );
    }
  }

  #see(host: Host, op: Operation, isShifted: boolean): void {
    const device = this.devices.find(({ tabs }) => tabs.some((tab) => tab === host));
    if (op.type !== "track" || !isOwnEvent(op.name)) this.record.see(op, isShifted);
    else if (op.name === "$exposure") this.exposures.see(op);
    else if (device !== undefined) this.claims.see(op, device);
  }
}
