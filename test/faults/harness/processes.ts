import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface Process {
  pid: number;
  parent: number;
  /** The program with its arguments, parted by spaces. */
  command: string;
}

/** What runs on this machine; what has died and only waits to be noticed by its parent is left out. */
function listProcesses(): Process[] {
  return existsSync("/proc/self/stat") ? listByProc() : listByPs();
}

function listByProc(): Process[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      // The name of the program stands in parentheses and may hold any character.
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
      return state === "Z" ? [] : [{ pid: Number(entry), parent: Number(parent), command }];
    } catch {
      // It ended while the list was made.
      return [];
    }
  });
}

function listByPs(): Process[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, state, command = ""] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || state?.startsWith("Z")
      ? []
      : [{ pid: +pid, parent: Number(parent), command }];
  });
}

/** The processes that this one has started itself and whose command holds `text`. */
export function findChildren(text: string): Process[] {
  return listProcesses().filter(({ parent, command }) => parent === process.pid && command.includes(text));
}

/** A process and all that it has started, and these, and so on. */
export function familyOf(pid: number): number[] {
  const all = listProcesses();
  const family = [pid];
  for (const member of family) {
    for (const each of all) if (each.parent === member) family.push(each.pid);
  }
  return family;
}

/** Those of these processes that still run. */
export function findRunning(pids: readonly number[]): number[] {
  return listProcesses().flatMap(({ pid }) => (pids.includes(pid) ? [pid] : []));
}

/** Kills a process of ours that leads a group, and the whole group, with one signal. */
export function killGroup(pid: number): void {
  killOne(-pid);
}

/** Kills processes of ours, each at once and without a word. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) killOne(pid);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!isGone) throw error;
  }
}
