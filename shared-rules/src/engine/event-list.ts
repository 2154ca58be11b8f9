import { EventLog, propertiesOf } from "../event-log.ts";
import { compileWhere } from "./condition.ts";
import type { Context } from "./context.ts";
import { type Past, type Samples, samplesOf } from "./past.ts";
import type { Plan } from "./plan.ts";

/** Selects the samples of one series from a log. */
type Select = (log: EventLog, context: Context) => Samples;

/** Reads the past of whoever is evaluated from the list of their events. */
export function readLists({ program, features }: Plan): Past {
  const selects: Select[] = [];
  let log = new EventLog();
  let run = 0;

  function compile(series: number): Select {
    const [name = "", where] = program.series[series] ?? [];
    const condition = where && compileWhere(where, features);
    let known: { samples: Samples; log: EventLog; size: number } | undefined;
    return (log, context) => {
      const { size } = log;
      // What time does not change is selected once for each new event.
      if (known?.log !== log || known.size !== size || condition?.timed) {
        const all = log.named(name);
        const events = all.filter((event) => {
          context.isFirst = event === all[0];
          return !condition || condition.holds(propertiesOf(event), context);
        });
        known = { samples: samplesOf(events), log, size };
      }
      return known.samples;
    };
  }

  return {
    samples(series, context) {
      if (run !== context.run) {
        const events = context.user?.events;
        log = events instanceof EventLog ? events : new EventLog(Array.isArray(events) ? events : []);
        run = context.run;
      }
      return (selects[series] ??= compile(series))(log, context);
    },
    counted: () => 0,
    measure: (_, operand, samples, begin, end, context) =>
      features.measures?.measure(operand, samples, begin, end, context, features),
  };
}
