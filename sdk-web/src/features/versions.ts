export { versions } from "@muster/rules";
