import { EventLog, propertiesOf } from "../event-log.ts";
import { compileWhere } from "./condition.ts";
import type { Context } from "./context.ts";
import { EventSamples } from "./event-samples.ts";
import { digest, measureOf } from "./measure.ts";
import type { Past, Samples } from "./past.ts";
import type { Plan } from "./plan.ts";

/** Selects the samples of one series from a log. */
type Select = (log: EventLog, context: Context) => Samples;

/** The past of whoever is evaluated, read from the list of their events. */
export class EventList implements Past {
  readonly #plan: Plan;
  readonly #selects: Select[] = [];
  #log = new EventLog();
  #run = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  samples(series: number, context: Context): Samples {
    if (this.#run !== context.run) {
      this.#run = context.run;
      const events = context.user?.events;
      this.#log = events instanceof EventLog ? events : new EventLog(Array.isArray(events) ? events : []);
    }
    const select = (this.#selects[series] ??= this.#compile(series));
    return select(this.#log, context);
  }

  #compile(series: number): Select {
    const { program, features } = this.#plan;
    const [name, where] = program.series[series] ?? [""];
    const { holds, timed } = where ? compileWhere(where, features) : { timed: false };
    const select: Select = (log, context) => {
      const events = log.named(name);
      const matching = events.filter((event) => {
        context.isFirst = event === events[0];
        return holds?.(propertiesOf(event), context) ?? true;
      });
      return new EventSamples(matching);
    };
    const selection = {};
    return timed ? select : (log, context) => log.remember(name, selection, () => select(log, context));
  }

  counted(): number {
    return 0;
  }

  measure(operand: number, samples: Samples, begin: number, end: number, context: Context): unknown {
    const { program, features } = this.#plan;
    const source = program.operands[operand];
    if (source?.[0] !== "event") return undefined;
    const [, , measure, property = ""] = source;
    return measureOf(measure, digest(measure, property, samples, begin, end, context, features));
  }
}
