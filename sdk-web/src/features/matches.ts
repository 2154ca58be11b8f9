export { matches } from "@muster/rules";
