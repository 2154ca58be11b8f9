/** What has a use for Escape itself while the focus is there. */
const USERS = "input, select, textarea, [contenteditable], [aria-expanded=true]";

/** Whether nothing else in the page seems to wait for this press of Escape. */
export function isEscapeFree(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    !(target instanceof Element && target.closest(USERS)) &&
    !document.querySelector("dialog[open], :modal, :popover-open")
  );
}
