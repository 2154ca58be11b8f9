import type { Person } from "./device.ts";
import type { OperationRecord } from "./record.ts";

/** Finds operations that went out under another person's name than they were called for. */
export function checkPeople(record: OperationRecord, fail: (problem: string) => void): void {
  const owners = new Map<string, Person>();
  for (const { n, meant, wire } of record.ops) {
    if (meant === undefined || wire === undefined) continue;
    const { person, userId } = meant;
    if (wire.userId !== userId) fail(`operation ${n} is sent for ${wire.userId}, not for ${userId}`);
    const anonymousId = wire.anonymousId ?? "";
    person.anonymousId ??= anonymousId;
    if (person.anonymousId !== anonymousId)
      fail(`operation ${n} is of ${anonymousId}, not of ${person.anonymousId}`);
    const owner = owners.get(anonymousId);
    if (owner !== undefined && owner !== person)
      fail(`operation ${n} inherits the id ${anonymousId} of another`);
    owners.set(anonymousId, person);
  }
}
