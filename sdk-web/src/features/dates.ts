export { dates } from "@muster/rules";
