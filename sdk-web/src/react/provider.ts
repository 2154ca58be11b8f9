import type { Bootstrap } from "@muster/rules/wire";
import {
  createContext,
  createElement,
  type FunctionComponentElement,
  type ProviderProps,
  type ReactNode,
  useContext,
  useMemo,
} from "react";
import type { Client } from "../client.ts";

/** Where the answers of a part of a page come from. */
export interface Source {
  client?: Client | undefined;
  bootstrap?: Bootstrap | undefined;
}

export interface MusterProviderProps extends Source {
  /** The page's client; none on a server. */
  client?: Client | undefined;
  /**
   * What the page was rendered from on the server: the same there and here. The server and the first render here answer
   * from it alone; then the client does.
   */
  bootstrap?: Bootstrap | undefined;
  children?: ReactNode;
}

const Context = createContext<Source>({});

/** Gives the hooks below it their answers. Where there is none above a hook, it answers its fallback. */
export function MusterProvider({
  client,
  bootstrap,
  children,
}: MusterProviderProps): FunctionComponentElement<ProviderProps<Source>> {
  const value = useMemo(() => ({ client, bootstrap }), [client, bootstrap]);
  return createElement(Context.Provider, { value }, children);
}

export function useSource(): Source {
  return useContext(Context);
}

/** The client, for what happens in handlers and effects; undefined on a server. */
export function useClient(): Client | undefined {
  return useSource().client;
}
