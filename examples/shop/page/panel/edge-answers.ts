/** Who is asked about. */
export interface Visitor {
  id?: string | null;
  anonymousId?: string | null;
}

/** What the edge says of a visitor: member or not, by segment. */
export type EdgeAnswers = ReadonlyMap<string, boolean>;

/**
 * Asks the edge by way of the shop's server, which has the secret key: browsers never see it.
 * @throws where the server or the edge cannot be reached
 */
export async function askEdge({ id, anonymousId }: Visitor): Promise<EdgeAnswers> {
  const query = new URLSearchParams();
  if (id) query.set("userId", id);
  if (anonymousId) query.set("anonymousId", anonymousId);
  const response = await fetch(`/edge?${query}`);
  if (!response.ok) throw new Error(`/edge: ${response.status}`);
  const answer: unknown = await response.json();
  const answers = new Map<string, boolean>();
  for (const [key, membership] of fieldsOf(new Map(fieldsOf(answer)).get("memberships"))) {
    answers.set(key, new Map(fieldsOf(membership)).get("member") === true);
  }
  return answers;
}

function fieldsOf(json: unknown): [name: string, value: unknown][] {
  return typeof json === "object" && json !== null ? Object.entries(json) : [];
}
