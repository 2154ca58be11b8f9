import type { OperationInput } from "@muster/rules/wire";
import type { Random } from "../../../bench/random.ts";

const USERS = 8;
const DEVICES = 16;
const LAMPS = 12;
const PLANS = ["free", "pro"] as const;
const LARGEST = 60;

/** The oldest and the youngest that an event is, in ms. */
const AGE = { most: 6 * 3_600_000, least: 300_000 };

/** One request to the edge, sent until it is acknowledged. */
export interface LoadRequest {
  path: "/v1/batch" | "/v1/sync";
  body: { ops: OperationInput[]; anonymousId?: string; userId?: string };
  /** The ids of the operations that no request has carried before. */
  fresh: string[];
}

/** Servers that report batches for several users, and devices that sync and whose users log in at some time. */
export class Load {
  /** Every operation so far, by id. */
  readonly operations = new Map<string, OperationInput>();
  readonly #random: Random;
  readonly #now: number;
  /** What the edge has acknowledged, and what may come once more. */
  readonly #acknowledged: OperationInput[] = [];
  readonly #identified = new Set<number>();

  constructor(random: Random, now: number) {
    this.#random = random;
    this.#now = now;
  }

  /** The user of a device; undefined for one where nobody has logged in. */
  userOf(anonymousId: string): string | undefined {
    const device = Number(anonymousId.slice("device-".length));
    return this.#identified.has(device) ? `user-${device % USERS}` : undefined;
  }

  acknowledge(request: LoadRequest): void {
    for (const id of request.fresh) {
      const op = this.operations.get(id);
      if (op) this.#acknowledged.push(op);
    }
  }

  next(): LoadRequest {
    return this.#random.unit() < 0.5 ? this.#batch() : this.#sync();
  }

  #batch(): LoadRequest {
    const random = this.#random;
    const ops = Array.from({ length: random.integer(1, LARGEST) }, () => {
      const [kind, number] =
        random.unit() < 0.7 ? (["user", USERS] as const) : (["device", DEVICES] as const);
      const id = `${kind}-${random.integer(0, number - 1)}`;
      return this.#operation(kind === "user" ? { userId: id } : { anonymousId: id });
    });
    const again = random.unit() < 0.3 ? random.shuffle(this.#acknowledged, random.integer(1, 5)) : [];
    return {
      path: "/v1/batch",
      body: { ops: random.shuffle([...ops, ...again]) },
      fresh: ops.map(({ id }) => id),
    };
  }

  #sync(): LoadRequest {
    const random = this.#random;
    const device = random.integer(0, DEVICES - 1);
    const anonymousId = `device-${device}`;
    const ops: OperationInput[] = [];
    if (random.unit() < 0.2 && device % 4 !== 0) {
      this.#identified.add(device);
      ops.push(
        this.#keep({ ...this.#stamp(), type: "identify", anonymousId, userId: `user-${device % USERS}` }),
      );
    }
    const userId = this.userOf(anonymousId);
    const owner = { anonymousId, ...(userId !== undefined && { userId }) };
    for (let left = random.integer(1, 6); left > 0; left--) ops.push(this.#operation(owner));
    return { path: "/v1/sync", body: { ...owner, ops }, fresh: ops.map(({ id }) => id) };
  }

  #operation(owner: { userId?: string; anonymousId?: string }): OperationInput {
    const random = this.#random;
    const common = { ...this.#stamp(), ...owner };
    if (random.unit() < 0.1) return this.#keep({ ...common, type: "set", set: { plan: random.pick(PLANS) } });
    const name = random.pick(["view", "view", "cart", "buy"]);
    const props = { sku: `lamp-${random.integer(1, LAMPS)}`, amount: random.integer(1, 100) };
    return this.#keep({ ...common, type: "track", name, props });
  }

  #stamp(): { id: string; ts: number } {
    const ts = this.#now - this.#random.integer(AGE.least, AGE.most);
    return { id: `op-${this.operations.size}`, ts };
  }

  #keep(op: OperationInput): OperationInput {
    this.operations.set(op.id, op);
    return op;
  }
}
