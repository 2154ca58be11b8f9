export { UserState } from "@muster/rules/state";
