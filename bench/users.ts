import { Random } from "./random.ts";
import { GROUPS, TRAITS, type Trait } from "./traits.ts";

export interface User {
  id: string;
  traits: Record<string, string | number | boolean>;
}

/**
 * Users differ in values, in which groups of traits they have, and in the order of these: 32 shapes, more than
 * an inline cache holds, as where profiles are written by some places of an application.
 */
export function makeUsers(count: number, seed = 2): User[] {
  const random = new Random(seed);
  const orders = Array.from({ length: 4 }, () => random.shuffle(TRAITS));
  return Array.from({ length: count }, (_, index) => {
    const groups = new Set(
      Object.entries(GROUPS).flatMap(([name, share]) => (random.unit() < share ? [name] : [])),
    );
    const present = random.pick(orders).filter(({ group }) => group === undefined || groups.has(group));
    const traits = Object.fromEntries(present.map((trait) => [trait.name, makeValue(trait, random)]));
    return reread({ id: `user-${index}`, traits });
  });
}

function makeValue(trait: Trait, random: Random): string | number | boolean {
  if (trait.type === "text") return random.pick(trait.values);
  if (trait.type === "boolean") return random.unit() < 0.5;
  return Math.floor(trait.low + (trait.high - trait.low) * random.unit() ** 2);
}

/** Objects as JSON.parse lays them out: users reach an engine from a request or a store. */
const reread = (user: User): User => JSON.parse(JSON.stringify(user));
