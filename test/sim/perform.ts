import { decide, show } from "./choose.ts";
import { configure, define, echo, evaluate, iterate, refresh, report } from "./server-actions.ts";
import type { Action } from "./steps.ts";
import * as tabs from "./tab-actions.ts";
import type { World } from "./world.ts";

/** Lets one action begin; what it sets off goes on by itself. */
export function perform(world: World, action: Action): void {
  world.scheduler.note(`STEP ${JSON.stringify(action)}`);
  switch (action.do) {
    case "track":
      tabs.track(world, action);
      break;
    case "setTraits":
      tabs.setTraits(world, action);
      break;
    case "identify":
      tabs.identify(world, action);
      break;
    case "reset":
      tabs.reset(world, action);
      break;
    case "erase":
      tabs.erase(world, action);
      break;
    case "flush":
      tabs.flush(world, action);
      break;
    case "open":
      tabs.open(world, action);
      break;
    case "close":
      tabs.close(world, action);
      break;
    case "leave":
      tabs.leave(world, action);
      break;
    case "crash":
      tabs.crash(world, action);
      break;
    case "offline":
      tabs.deviceOf(world, action).goOffline(action.for);
      break;
    case "fillDisk":
    case "freeDisk":
      tabs.deviceOf(world, action).disk.isFull = action.do === "fillDisk";
      break;
    case "cron":
      world.edge.runCron();
      break;
    case "crashEdge":
      world.edge.crash();
      break;
    case "refresh":
      refresh(world);
      break;
    case "define":
      define(world, action);
      break;
    case "configure":
      configure(world, action);
      break;
    case "iterate":
      iterate(world, action);
      break;
    case "decide":
      decide(world, action);
      break;
    case "show":
      show(world, action);
      break;
    case "batch":
      report(world, action);
      break;
    case "echo":
      echo(world, action);
      break;
    case "evaluate":
      evaluate(world, action);
      break;
    case "eraseUser":
      world.eraseUser(action.user);
      break;
  }
}
