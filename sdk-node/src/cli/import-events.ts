import { type Header, RowProblem, ValueReader } from "./columns.ts";
import { type Args, type Command, UsageError } from "./command.ts";
import {
  IMPORT_DETAILS,
  IMPORT_OPTIONS,
  importCsv,
  ownerOfRow,
  type RowMapper,
  rowId,
} from "./import-csv.ts";
import { parseTime, TIME_FORMATS } from "./time.ts";

/** `muster import events FILE` */
export const importEventsCommand: Command = {
  name: "import events",
  positionals: ["FILE"],
  summary: "Import what users did from a CSV file, a row an event",
  options: {
    ...IMPORT_OPTIONS,
    event: { hint: "COL", help: "column of the event's name" },
    "event-name": { hint: "NAME", help: "or the one name of all of them" },
    time: { hint: "COL", help: "column of when it happened" },
    "time-format": { hint: "FORMAT", help: "iso (the default), ms or s since 1970" },
    id: { hint: "COL", help: "column of the event's id; left out, made of the row's line and content" },
    props: {
      hint: "COL,COL:NAME",
      help: "columns that become properties, under another name if given",
      multiple: true,
    },
  },
  details: `${IMPORT_DETAILS}

Example:
  muster import events orders.csv --user customer_id --anonymous invoice --event event \\
    --time timestamp --zone UTC --props invoice,country,amount:total --types invoice:string`,
  run: (context) => importCsv(context, (header) => makeEventMapper(header, context.args)),
};

function makeEventMapper(header: Header, args: Args): RowMapper {
  const user = header.find(args.text("user"), "--user");
  const anonymous = header.find(args.text("anonymous"), "--anonymous");
  if (user === undefined && anonymous === undefined)
    throw new UsageError("whose events? Give --user COL or --anonymous COL");
  const nameColumn = header.find(args.text("event"), "--event");
  const fixedName = args.text("event-name");
  if ((nameColumn === undefined) === (fixedName === undefined)) {
    throw new UsageError("which event? Give either --event COL or --event-name NAME");
  }
  const time = header.indexOf(args.required("time"), "--time");
  const format = args.choice("time-format", TIME_FORMATS) ?? "iso";
  const id = header.find(args.text("id"), "--id");
  const zone = args.text("zone");
  const values = new ValueReader(header, "--props", args.list("props"), args.list("types"), zone);

  return (fields, line) => {
    const name = fixedName ?? fields[nameColumn ?? -1] ?? "";
    if (name === "") throw new RowProblem("the event has no name");
    const ts = parseTime(fields[time] ?? "", format, zone);
    if (typeof ts === "string") throw new RowProblem(`column ${header.names[time]}: ${ts}`);
    const given = id === undefined ? undefined : fields[id];
    if (given === "") throw new RowProblem(`column ${header.names[id ?? -1]}: the id is empty`);
    const owner = ownerOfRow(fields, user, anonymous);
    return {
      type: "track",
      id: given ?? rowId(line, fields, name),
      ts,
      ...owner,
      name,
      props: values.read(fields),
    };
  };
}
