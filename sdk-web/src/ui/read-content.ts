import { checkUrl, IMAGE_SCHEMES, LINK_SCHEMES } from "@muster/rules/url";

/** A button, or a link where it has a URL. */
export interface ShownAction {
  label: string;
  url: string | undefined;
}

/** What there is to draw. */
export interface Shown {
  title: string;
  text: string;
  image: { url: string; alt: string } | undefined;
  primary: ShownAction | undefined;
  secondary: ShownAction | undefined;
}

type Fields = { readonly [key: string]: unknown };

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const readText = (value: unknown): string => (typeof value === "string" ? value : "");

function readUrl(value: unknown, schemes: readonly string[]): string | undefined {
  const checked = checkUrl(readText(value), schemes);
  return checked.ok ? checked.url : undefined;
}

function readAction(value: unknown): ShownAction | undefined {
  const label = isFields(value) && readText(value.label);
  return label ? { label, url: readUrl(value.url, LINK_SCHEMES) } : undefined;
}

/**
 * The content of a campaign, whoever it comes from: what is no text is left out, and so is a URL that content may not
 * hold. Undefined where there is nothing to read.
 */
export function readContent(content: unknown): Shown | undefined {
  const title = isFields(content) && readText(content.title);
  if (!title) return undefined;
  const { text, image, primary, secondary } = content;
  const url = isFields(image) && readUrl(image.url, IMAGE_SCHEMES);
  return {
    title,
    text: readText(text),
    image: url ? { url, alt: readText(image.alt) } : undefined,
    primary: readAction(primary),
    secondary: readAction(secondary),
  };
}
