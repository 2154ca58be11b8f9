import type { Listener, MembershipChange } from "./decisions.ts";
import { callHost } from "./report.ts";

/** Those who hear of changes. */
export interface Listeners {
  /** Begins to call a listener; the result ends it. */
  subscribe(listener: Listener): () => void;
  announce(change: MembershipChange): void;
}

export function createListeners(): Listeners {
  const listeners = new Set<{ listener: Listener }>();
  return {
    subscribe(listener) {
      const own = { listener };
      listeners.add(own);
      return () => void listeners.delete(own);
    },

    announce({ entered, left }) {
      // A copy, since a listener may subscribe or end others.
      for (const own of [...listeners]) {
        if (listeners.has(own)) callHost(own.listener, { entered: [...entered], left: [...left] });
      }
    },
  };
}
