import { TEXT_LENGTH } from "../bounds.ts";

function cut(text: string): string {
  return text.slice(0, TEXT_LENGTH);
}

/** What a page view says: `search` only where there is one. */
export function describePage(referrer: string = document.referrer): { [name: string]: string } {
  const { pathname, search } = location;
  return {
    path: cut(pathname),
    title: cut(document.title),
    referrer: cut(referrer),
    ...(search && { search: cut(search) }),
  };
}
