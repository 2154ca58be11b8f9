export { evaluate, load } from "@muster/rules";
