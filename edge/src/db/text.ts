/**
 * Any text as SQLite keeps it unharmed. SQLite's JSON cuts a text at NUL and cannot hold a lone surrogate, so
 * such texts are kept as JSON strings; and so are those that begin with a quote, to tell the two apart.
 */
export function encodeText(text: string): string {
  return text.includes("\0") || text.startsWith('"') || !text.isWellFormed() ? JSON.stringify(text) : text;
}

/** The text that `encodeText` was given. */
export function decodeText(stored: string): string {
  return stored.startsWith('"') ? String(JSON.parse(stored)) : stored;
}
