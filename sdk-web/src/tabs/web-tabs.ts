import type { Tabs } from "./tabs.ts";

/**
 * The tabs of this origin that share a name. The browser hands a lock on when its holder ends, however it ends. Where
 * there are no locks (an insecure context) each tab leads.
 */
export function openTabs(name: string): Tabs {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen(listener) {
      channel.onmessage = ({ data }) => listener(data);
    },
    campaign(lead) {
      const ending = new AbortController();
      const { signal } = ending;
      const ended = new Promise<void>((resolve) => {
        signal.onabort = () => resolve();
      });
      const hold = () => {
        // A wait that was given up in the moment in which it was granted is none.
        if (!signal.aborted) lead();
        return ended;
      };
      // A wait that is given up rejects, and so does one where the browser refuses locks: there each tab leads.
      if (navigator.locks) navigator.locks.request(name, { signal }, hold).catch(() => void hold());
      else void hold();
      return () => ending.abort();
    },
    // Where the browser refuses locks, it has refused the disk as well.
    alone: (task) => navigator.locks?.request(`${name}:alone`, task).catch(task) ?? task(),
    close: () => channel.close(),
  };
}
