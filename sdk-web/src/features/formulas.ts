export { formulas } from "@muster/rules";
