import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Behaviour, DAY, type History } from "../behaviour.ts";
import { at, decideEach, type Engine } from "../engine.ts";

const MEASURES = {
  count: "count(*)",
  sum: "total(amount)",
  avg: "avg(amount)",
  recency: "max(ts) IS NOT NULL",
};
const SIGNS = { gte: ">=", lt: "<", eq: "=" };

/** SQLite in memory, with an index that holds all that is asked for; a prepared statement a condition. */
export const engine: Engine<Behaviour, History> = {
  write: (behaviours) => JSON.stringify(behaviours),
  open(text, histories) {
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE events (person INTEGER, name TEXT, ts INTEGER, amount REAL); BEGIN");
    const insert = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?)");
    for (const [person, { events }] of histories.entries())
      for (const { name, ts, props } of events) insert.run(person, name, ts, Number(props.amount ?? 0));
    database.exec("COMMIT; CREATE INDEX all_of_it ON events (person, name, ts, amount); ANALYZE");
    const behaviours: Behaviour[] = JSON.parse(text);
    const statements = behaviours.map(({ measure, op, value }): StatementSync => {
      const measured =
        measure === "recency" ? MEASURES.recency : `${MEASURES[measure]} ${SIGNS[op]} ${value}`;
      return database.prepare(
        `SELECT ${measured} AS holds FROM events WHERE person = ? AND name = ? AND ts > ? AND ts <= ?`,
      );
    });
    return decideEach(behaviours.length, (behaviour, person) => {
      const { event, days } = at(behaviours, behaviour);
      const { now } = at(histories, person);
      const row = at(statements, behaviour).get(person, event, now - days * DAY, now);
      return row?.holds === 1;
    });
  },
};
