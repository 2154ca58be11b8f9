// The parts of the Workers platform that the edge's sources name, so that they can be checked beside Node and DOM.

interface D1Result<Row = unknown> {
  results: Row[];
  success: true;
  meta: { changes: number };
}

interface D1PreparedStatement {
  bind(...values: unknown[]): D1PreparedStatement;
  first<Value = unknown>(column: string): Promise<Value | null>;
  first<Row = Record<string, unknown>>(): Promise<Row | null>;
  all<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  run<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  raw<Row = unknown[]>(): Promise<Row[]>;
}

interface D1Database {
  prepare(query: string): D1PreparedStatement;
  batch<Row = unknown>(statements: D1PreparedStatement[]): Promise<D1Result<Row>[]>;
}

interface Request {
  readonly cf?: Readonly<Record<string, unknown>>;
}

declare namespace Rpc {
  type DurableObjectBranded = object;
}

type DurableObjectStub<Methods> = Pick<Methods, Exclude<keyof Methods, symbol>> & { fetch: typeof fetch };

interface DurableObjectNamespace<Methods> {
  getByName(name: string): DurableObjectStub<Methods>;
}

interface RateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}
