import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "../../../examples/shop/server/listen.ts";

/**
 * What becomes of a request: it passes; it is cut off before the edge hears of it; the edge answers and the
 * answer is lost; or someone on the way says 503.
 */
export type Fate = "pass" | "cut" | "lose-answer" | "unavailable";

/** A request that came to the proxy with something; preflights and streams of changes are none. */
export interface Crossing {
  path: string;
  body: string;
  fate: Fate;
  /** When it came, as `performance.now()`. */
  at: number;
  /** What the edge said; undefined until then. */
  status: number | undefined;
}

/** Decides over a request; one that takes its time delays it. */
type Weather = Fate | ((crossing: Crossing) => Fate | Promise<Fate>);

/** Stands between browsers and the edge. */
export interface EdgeProxy {
  url: string;
  /** What becomes of requests from now on; at first all pass. */
  weather: Weather;
  /** Every request so far, in order of arrival. */
  readonly crossings: readonly Crossing[];
  close(): void;
}

const CORS = { "access-control-allow-origin": "*" };

/** Starts a proxy on this machine in front of the edge at `target`. */
export async function startProxy(target: string): Promise<EdgeProxy> {
  const agent = new Agent({ keepAlive: true });
  const crossings: Crossing[] = [];

  const forward = (incoming: IncomingMessage, body: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { method, headers, url = "/" } = incoming;
      const outgoing = request(target + url, { method, headers, agent }, resolve);
      outgoing.on("error", reject).end(body);
    });

  const pass = async (incoming: IncomingMessage, body: string, outgoing: ServerResponse, lost = false) => {
    const answer = await forward(incoming, body);
    const said = await text(answer);
    if (lost) incoming.socket.destroy();
    else outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(said);
    return answer.statusCode;
  };

  const stream = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const answer = await forward(incoming, "");
    outgoing.on("close", () => answer.destroy());
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  };

  const proxy = { weather: "pass" as Weather };

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await text(incoming);
    if (incoming.method === "OPTIONS") {
      if (proxy.weather === "cut") incoming.socket.destroy();
      else await pass(incoming, body, outgoing);
      return;
    }
    if (incoming.method === "GET") {
      // A stream of changes goes on for as long as both ends want it.
      if (proxy.weather === "cut") incoming.socket.destroy();
      else await stream(incoming, outgoing);
      return;
    }
    const at = performance.now();
    const crossing: Crossing = { path: incoming.url ?? "/", body, fate: "pass", at, status: undefined };
    crossings.push(crossing);
    const { weather } = proxy;
    const fate = typeof weather === "string" ? weather : await weather(crossing);
    crossing.fate = fate;
    if (fate === "cut") incoming.socket.destroy();
    else if (fate === "unavailable") outgoing.writeHead(503, CORS).end();
    else crossing.status = await pass(incoming, body, outgoing, fate === "lose-answer");
  };

  const server = createServer((incoming, outgoing) => {
    // The browser or the edge went away in the middle: the other one sees a broken connection.
    handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  const port = await listen(server, 0);
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${port}`,
    crossings,
    close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  });
}

/** The ids of the operations that these requests carried. */
export function carriedBy(crossings: readonly Crossing[]): string[] {
  return crossings.flatMap(({ body }) => {
    const { ops }: { ops: { id: string }[] } = JSON.parse(body);
    return ops.map(({ id }) => id);
  });
}
