export { evaluate, Plan } from "@muster/rules";
export { UserState } from "@muster/rules/state";
