/** A lamp of the shop. Its picture is the symbol `lamp-<sku>` of the page. */
export interface Lamp {
  sku: string;
  name: string;
  kind: string;
  /** In euros. */
  price: number;
  text: string;
}

export const LAMPS: readonly Lamp[] = [
  {
    sku: "dot",
    name: "Dot",
    kind: "Table lamp",
    price: 49,
    text: "A small moon for the bedside. Opal glass on a turned oak foot, bright enough to read by, dim enough to fall asleep to.",
  },
  {
    sku: "arc",
    name: "Arc",
    kind: "Floor lamp",
    price: 189,
    text: "Leans over the sofa so that you need not. One bent steel tube, a heavy foot, a shade that turns.",
  },
  {
    sku: "pleat",
    name: "Pleat",
    kind: "Pendant",
    price: 119,
    text: "Folded linen that softens whatever hangs below it: a table, a conversation, a late dinner.",
  },
  {
    sku: "heron",
    name: "Heron",
    kind: "Desk lamp",
    price: 95,
    text: "Two joints, no screws to tighten. It stays where you put it and looks at what you look at.",
  },
  {
    sku: "ember",
    name: "Ember",
    kind: "Lantern",
    price: 65,
    text: "Goes where the evening goes. Twelve hours on the balcony, then back to its dock.",
  },
  {
    sku: "tide",
    name: "Tide",
    kind: "Wall light",
    price: 79,
    text: "Half a shell against the wall. Light runs up and down, never into your eyes.",
  },
  {
    sku: "reed",
    name: "Reed",
    kind: "Floor lamp",
    price: 149,
    text: "A single tall stem of light for the corner that nothing else fits into.",
  },
  {
    sku: "umbel",
    name: "Umbel",
    kind: "Pendant",
    price: 229,
    text: "Three glass globes, each on a cord of its own length. Hang it once and forget about the ceiling.",
  },
];

const BY_SKU = new Map(LAMPS.map((lamp) => [lamp.sku, lamp]));

export function findLamp(sku: string): Lamp | undefined {
  return BY_SKU.get(sku);
}

const EUROS = new Intl.NumberFormat("en-IE", {
  style: "currency",
  currency: "EUR",
  minimumFractionDigits: 0,
});

export function formatPrice(euros: number): string {
  return EUROS.format(euros);
}

/** A picture of the lamp; says nothing to a screen reader, since the name stands beside it. */
export function drawLamp({ sku }: Lamp): SVGSVGElement {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 120 120");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#lamp-${sku}`);
  picture.append(use);
  return picture;
}
