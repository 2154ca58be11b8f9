import type { Content } from "@muster/rules/decide";
import { useMemo, useSyncExternalStore } from "react";
import type { Client, PromptAction } from "../client.ts";
import { answer, claim, findNext, noteUser, type Placement } from "../placement.ts";
import type { PlacementKey } from "../register.ts";
import { useSource } from "./provider.ts";

/** What shows in a placement, and what the user can do with it; each may be given to `onClick` as it is. */
export interface Prompt {
  campaign: string;
  kind: "prompt" | "banner";
  content: Content;
  /** The primary action: resolves once that is kept, so that a link may be followed after it. */
  accept(): Promise<void>;
  /** The secondary one. */
  decline(): Promise<void>;
  /** Neither. */
  dismiss(): Promise<void>;
}

/** A placement of a client's page. */
interface Slot {
  subscribe(listener: () => void): () => void;
  /** What shows: from when it was claimed until the user acts. */
  shown(): Prompt | undefined;
}

/** Components come and go (StrictMode has each come twice); what shows in the page stays. */
const slots = new WeakMap<Client, Map<string, Slot>>();

function slotOf(client: Client, placement: PlacementKey): Slot {
  const own = slots.get(client) ?? new Map<string, Slot>();
  slots.set(client, own);
  const slot = own.get(placement) ?? createSlot(client, placement);
  own.set(placement, slot);
  return slot;
}

function createSlot(client: Client, placement: PlacementKey): Slot {
  const listeners = new Set<() => void>();
  let shown: Prompt | undefined;
  const place: Placement = { placement };

  const show = (next: Prompt | undefined): void => {
    shown = next;
    for (const listener of [...listeners]) listener();
  };

  const look = async (leaving = false): Promise<void> => {
    if (noteUser(client, place) && shown) show(undefined);
    if (shown || place.isBusy) return;
    const decision = findNext(client, place, leaving);
    const { campaign, kind, content } = decision ?? {};
    if (!decision || !campaign || !kind || !content) return;
    place.isBusy = true;
    const isOurs = await claim(client, place, decision);
    place.isBusy = false;
    if (!isOurs) return look();
    const act = (action: PromptAction) => async (): Promise<void> => {
      if (shown !== prompt) return;
      const kept = answer(client, place, decision, action);
      show(undefined);
      await kept;
    };
    const prompt: Prompt = {
      campaign,
      kind,
      content,
      accept: act("accepted"),
      decline: act("declined"),
      dismiss: act("dismissed"),
    };
    show(prompt);
  };

  let end: (() => void) | undefined;
  const begin = (): (() => void) => {
    const leaving = ({ clientY }: MouseEvent) => void look(clientY <= 0);
    const unsubscribe = client.subscribe(() => void look());
    document.documentElement.addEventListener("mouseleave", leaving);
    void look();
    return () => {
      unsubscribe();
      document.documentElement.removeEventListener("mouseleave", leaving);
    };
  };

  return {
    shown: () => shown,

    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      end ??= begin();
      return () => {
        listeners.delete(own);
        if (listeners.size) return;
        end?.();
        end = undefined;
      };
    },
  };
}

const NOTHING = () => undefined;
const NOWHERE: Slot = { subscribe: () => NOTHING, shown: NOTHING };

/**
 * What shows in a placement now, from when it was claimed for this page until the user acts: it stays although its
 * caps have counted it, and over unmounting. Nothing on a server: what has been shown there, nobody can have claimed.
 */
export function usePrompt(placement: PlacementKey): Prompt | undefined {
  const { client } = useSource();
  const { subscribe, shown } = useMemo(
    () => (client ? slotOf(client, placement) : NOWHERE),
    [client, placement],
  );
  return useSyncExternalStore(subscribe, shown, NOTHING);
}
