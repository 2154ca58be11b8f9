export { evaluate, Plan } from "@muster/rules";
