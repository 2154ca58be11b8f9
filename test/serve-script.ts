import { createServer } from "node:http";

/** A page whose only script is `script`, under a policy that allows nothing else but to connect as it says, on a free local port. */
export async function serveScript(
  script: string,
  connect = "'none'",
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(({ url }, response) => {
    const isScript = url === "/page.js";
    response.setHeader(
      "Content-Type",
      isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8",
    );
    const policy = `default-src 'none'; script-src 'self'; connect-src ${connect}`;
    response.setHeader("Content-Security-Policy", policy);
    response.end(
      isScript ? script : '<!doctype html><title>page</title><script type="module" src="/page.js"></script>',
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
