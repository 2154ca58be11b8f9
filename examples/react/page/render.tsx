import type { ClientOptions } from "@muster/web";
import { MusterProvider } from "@muster/web/react";
import { renderToString } from "react-dom/server";
import { App } from "./app.tsx";

/** The page's content as HTML, from what the edge knows of the user; runs in the server. */
export function renderApp(user: string, bootstrap: ClientOptions["bootstrap"] | undefined): string {
  return renderToString(
    <MusterProvider bootstrap={bootstrap}>
      <App user={user} />
    </MusterProvider>,
  );
}
