// The judge as a Worker: POST a file of vectors for its verdicts, GET what becomes of eval.
import { judge } from "../judge.ts";
import { tryDynamicCode } from "./dynamic-code.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return Response.json(tryDynamicCode());
    const name = new URL(request.url).searchParams.get("name") ?? "";
    return Response.json(judge({ name, text: await request.text() }));
  },
};
