import { checkUrl, IMAGE_SCHEMES, LINK_SCHEMES } from "@muster/rules/url";

/** A button, or a link where it has a URL. */
export interface ShownAction {
  label: string;
  url?: string;
}

/** What there is to draw. */
export interface Shown {
  title: string;
  text: string;
  image?: { url: string; alt: string };
  primary?: ShownAction;
  secondary?: ShownAction;
}

type Fields = { readonly [key: string]: unknown };

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const readText = (value: unknown): string => (typeof value === "string" ? value : "");

function readUrl(value: unknown, schemes: readonly string[]): string | undefined {
  const checked = checkUrl(readText(value), schemes);
  return checked.ok ? checked.url : undefined;
}

function readAction(value: unknown): ShownAction | undefined {
  if (!isFields(value) || !readText(value.label)) return undefined;
  const url = readUrl(value.url, LINK_SCHEMES);
  return { label: readText(value.label), ...(url !== undefined && { url }) };
}

/**
 * The content of a campaign, whoever it comes from: what is no text is left out, and so is a URL that content may not
 * hold. Undefined where there is nothing to read.
 */
export function readContent(content: unknown): Shown | undefined {
  if (!isFields(content) || !readText(content.title)) return undefined;
  const { image } = content;
  const url = isFields(image) ? readUrl(image.url, IMAGE_SCHEMES) : undefined;
  const primary = readAction(content.primary);
  const secondary = readAction(content.secondary);
  return {
    title: readText(content.title),
    text: readText(content.text),
    ...(isFields(image) && url !== undefined && { image: { url, alt: readText(image.alt) } }),
    ...(primary && { primary }),
    ...(secondary && { secondary }),
  };
}
