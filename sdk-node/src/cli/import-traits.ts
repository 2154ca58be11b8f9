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
import { parseTime } from "./time.ts";

/** `muster import traits FILE` */
export const importTraitsCommand: Command = {
  name: "import traits",
  positionals: ["FILE"],
  summary: "Import what users are from a CSV file, a row a user",
  options: {
    ...IMPORT_OPTIONS,
    traits: {
      hint: "COL,COL:NAME",
      help: "columns that become traits, under another name if given",
      multiple: true,
    },
    time: { hint: "COL", help: "column of when it became so; left out, when the file was last written" },
  },
  details: `${IMPORT_DETAILS}
A trait keeps its newest value: one written later than the file's stays.

Example:
  muster import traits customers.csv --user id --traits plan,country,signed_up:signedUp --types signed_up:time --zone UTC`,
  run: (context) =>
    importCsv(context, (header, { modified }) => makeTraitMapper(header, modified, context.args)),
};

function makeTraitMapper(header: Header, modified: number, args: Args): RowMapper {
  const user = header.find(args.text("user"), "--user");
  const anonymous = header.find(args.text("anonymous"), "--anonymous");
  if (user === undefined && anonymous === undefined)
    throw new UsageError("whose traits? Give --user COL or --anonymous COL");
  const columns = args.list("traits");
  if (columns.length === 0) throw new UsageError("which traits? Give --traits COL,COL");
  const zone = args.text("zone");
  const time = header.find(args.text("time"), "--time");
  const values = new ValueReader(header, "--traits", columns, args.list("types"), zone);

  return (fields, line) => {
    const ts = time === undefined ? modified : parseTime(fields[time] ?? "", "iso", zone);
    if (typeof ts === "string") throw new RowProblem(`column ${header.names[time ?? -1]}: ${ts}`);
    return {
      type: "set",
      id: rowId(line, fields, ts),
      ts,
      ...ownerOfRow(fields, user, anonymous),
      set: values.read(fields),
    };
  };
}
