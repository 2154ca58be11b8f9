import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run, SetupError, systemEnvironment } from "./environment.mjs";

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }>}
 */
function readPackages(file) {
  const { packages } = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  return packages;
}

/** Whether `node_modules` holds what the lock file says; what is optional may be missing. */
function areInstalled() {
  let installed;
  try {
    installed = readPackages("node_modules/.package-lock.json");
  } catch {
    return false;
  }
  const locked = readPackages("package-lock.json");
  const extra = Object.keys(installed).some((path) => !(path in locked));
  return (
    !extra &&
    Object.entries(locked).every(([path, { version, optional, devOptional, peer }]) => {
      const present = installed[path];
      if (present) return present.version === version;
      return !path.includes("node_modules/") || optional || devOptional || peer;
    })
  );
}

/**
 * Installs the dependencies where they are missing or others than the lock file's.
 * @throws {SetupError} where npm fails; its own words stand above
 */
export async function installDependencies() {
  if (areInstalled()) return;
  console.log("Installing the dependencies: npm ci");
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const code = await run("npm", args, { env: systemEnvironment() });
  if (code !== 0) throw new SetupError("npm ci has failed.");
}
