export { measures } from "@muster/rules";
