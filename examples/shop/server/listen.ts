import type { Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";

/** A page that is served. */
export interface Served {
  /** Where it is, without a slash at the end. */
  url: string;
  stop(): Promise<void>;
}

/** Makes a page's server listen on this machine, and says how to end it. */
export async function serve(server: HttpServer, port = 0): Promise<Served> {
  return {
    url: `http://127.0.0.1:${await listen(server, port)}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** How many ports after the wished one are tried. */
const TRIES = 50;

/**
 * Makes a server listen on this machine only, on `port` or, where that is taken, the next free one; 0 is any.
 * Gives the port.
 */
export async function listen(server: Server, port: number): Promise<number> {
  for (let tried = port; ; tried++) {
    try {
      return await listenOn(server, tried);
    } catch (error) {
      const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!isTaken || tried >= port + TRIES) throw error;
    }
  }
}

/** A port that is free at this moment: `port` or the next one. */
export async function findFreePort(port: number): Promise<number> {
  const server = createServer();
  const free = await listen(server, port);
  await new Promise((closed) => server.close(closed));
  return free;
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the server has no port"));
      else resolve(address.port);
    });
  });
}
