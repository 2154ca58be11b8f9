/** What a page goes through that matters to a client. */
export interface Lifecycle {
  /** Someone looks at the page, perhaps after a long sleep; may come several times. */
  shown(): void;
  /** The page is put away, perhaps for good: nothing later is certain to run. */
  hidden(): void;
  /** The page is left; it may come back as it was. */
  left(): void;
  /** The page is back as it was, from the cache or from being frozen, and has heard nothing meanwhile. */
  back(): void;
  /** The network is back. */
  online(): void;
}

/** Follows the page; the result ends it. */
export function watchPage({ shown, hidden, left, back, online }: Lifecycle): () => void {
  const watching = new AbortController();
  const options = { signal: watching.signal };
  document.addEventListener("visibilitychange", () => (document.hidden ? hidden() : shown()), options);
  document.addEventListener("resume", back, options);
  addEventListener("pagehide", left, options);
  addEventListener("pageshow", ({ persisted }) => (persisted ? back() : shown()), options);
  addEventListener("focus", shown, options);
  addEventListener("online", online, options);
  return () => watching.abort();
}
