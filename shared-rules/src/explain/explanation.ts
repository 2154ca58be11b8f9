/** Why a user is in a segment or not: the rule's tree with each condition's operand and answer. */
export interface Explanation {
  /** The condition in words. */
  text: string;
  member: boolean;
  /** The next instant (ms) at which time alone can change this condition's answer, or null. */
  until: number | null;
  /** The value that was compared, where the condition compares one; undefined where it is absent. */
  operand?: unknown;
  parts?: Explanation[];
}
