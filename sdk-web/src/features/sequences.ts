export { sequences } from "@muster/rules";
