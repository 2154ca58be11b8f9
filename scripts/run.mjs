// node scripts/run.mjs FILE [ARGUMENT …]: runs a TypeScript file of this repository straight from the
// sources, after installing the dependencies where they are missing. npm start comes through here.

import { installDependencies } from "./dependencies.mjs";
import { findNode, run, toolEnvironment } from "./environment.mjs";
import { main } from "./main.mjs";

await main(async () => {
  await installDependencies();
  const node = findNode();
  return run(node, ["--conditions=source", ...process.argv.slice(2)], { env: toolEnvironment() });
});
