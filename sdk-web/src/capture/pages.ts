import { describePage } from "./describe-page.ts";

type Track = (name: string, props: { [name: string]: string }) => void;

/**
 * Tracks a page view now and whenever an application changes the path through the history API; the result
 * ends it and leaves the history as it was found.
 */
export function capturePages(track: Track): () => void {
  let at = location.href;
  let path = location.pathname;
  let stopped = false;
  const view = (): void => {
    if (stopped || location.pathname === path) return;
    const from = at;
    at = location.href;
    path = location.pathname;
    // The application sets its title after it has changed the path.
    setTimeout(() => stopped || track("$page", describePage(from)), 0);
  };
  const restore = [watchMethod("pushState", view), watchMethod("replaceState", view)];
  addEventListener("popstate", view);
  track("$page", describePage());
  return () => {
    stopped = true;
    removeEventListener("popstate", view);
    for (const undo of restore) undo();
  };
}

function watchMethod(name: "pushState" | "replaceState", after: () => void): () => void {
  const original = history[name];
  const watched: typeof original = function (this: History, ...args) {
    original.apply(this, args);
    after();
  };
  history[name] = watched;
  return () => {
    // Another script may have wrapped this one since; taking it out would take that out as well.
    if (history[name] === watched) history[name] = original;
  };
}
