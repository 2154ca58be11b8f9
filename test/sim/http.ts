/**
 * Requests and answers whose bodies are at hand. Reading the platform's streams takes longer than what the edge does with
 * a request, and shows nothing of it; everything else of a request and an answer is as the platform has it.
 */
export class SimRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: SimHeaders;
  readonly body: { getReader(): Reader } | null;

  constructor(url: string, { method = "GET", headers, body }: RequestInit) {
    this.url = url;
    this.method = method;
    this.headers = new SimHeaders(headers);
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : undefined;
    this.body = bytes === undefined ? null : { getReader: () => readerOf(bytes) };
  }
}

interface Reader {
  read(): Promise<{ done: boolean; value: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

function readerOf(bytes: Uint8Array): Reader {
  let left: Uint8Array | undefined = bytes;
  return {
    async read() {
      const value = left;
      left = undefined;
      return { done: value === undefined, value };
    },
    async cancel() {
      left = undefined;
    },
  };
}

export class SimResponse {
  readonly status: number;
  readonly headers: SimHeaders;
  readonly #body: string;

  constructor(body: string | null, { status = 200, headers }: ResponseInit = {}) {
    this.status = status;
    this.headers = new SimHeaders(headers);
    this.#body = body ?? "";
  }

  static json(value: unknown, init: ResponseInit = {}): SimResponse {
    const response = new SimResponse(JSON.stringify(value), init);
    if (!response.headers.has("content-type")) response.headers.set("content-type", "application/json");
    return response;
  }

  async text(): Promise<string> {
    return this.#body;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#body);
  }
}

/** Headers without the platform's checks of names and values, which take longer than all else of a request. */
export class SimHeaders {
  readonly #values = new Map<string, string>();

  constructor(init: HeadersInit | SimHeaders = {}) {
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name = "", value = ""] of entries) this.append(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  forEach(hear: (value: string, name: string) => void): void {
    for (const [name, value] of this) hear(value, name);
  }

  /** In the order of the names, as the platform has it. */
  *[Symbol.iterator](): Generator<[string, string]> {
    for (const name of [...this.#values.keys()].sort()) yield [name, this.#values.get(name) ?? ""];
  }
}
