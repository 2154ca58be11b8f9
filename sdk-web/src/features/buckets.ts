export { bucket as buckets } from "@muster/rules";
