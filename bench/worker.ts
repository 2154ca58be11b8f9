/** The process of one engine: `worker.ts ENGINE QUESTION`, then requests over the channel to its parent. */
import type { Decider, Engine } from "./engine.ts";
import type { Reply, Request } from "./protocol.ts";
import type { Question, Setting } from "./question.ts";

const [, , engineName, questionName] = process.argv;
const { engine }: { engine: Engine } = await import(`./engines/${engineName}.ts`);
const { question }: { question: Question } = await import(`./questions/${questionName}.ts`);

let setting: Setting | undefined;

process.on("message", async (request: Request) => {
  const reply = request.ask === "describe" ? await describe(request.segments) : await measure(request);
  process.send?.(reply);
});

async function describe(segments: number): Promise<Reply> {
  const text = engine.write(question.make(segments).segments);
  setting = set(text, segments);
  const decider = await setting.decider();
  const memberships = await decideEverything(decider, setting);
  return { text, memberships, segments: setting.segments, bytes: decider.bytes };
}

async function measure({ text, segments }: Request & { ask: "round" }): Promise<Reply> {
  setting ??= set(text, segments);
  return { figure: await question.measure(setting) };
}

function set(text: string, size: number): Setting {
  const { segments, users } = question.make(size);
  let opened: Promise<Decider> | undefined;
  const decider = () => (opened ??= Promise.resolve(engine.open(text, users)));
  return { engine, text, users, segments: segments.length, cursor: 0, decider };
}

async function decideEverything(decider: Decider, { users, segments }: Setting): Promise<string> {
  const bits = Buffer.alloc(Math.ceil((users.length * segments) / 8));
  for (let user = 0; user < users.length; user++) {
    const answers = await decider.decideAll(user);
    for (let segment = 0; segment < segments; segment++) {
      const member = decider.has(answers, segment);
      if (member !== (await decider.decideOne(segment, user))) {
        throw new Error(`${engineName} contradicts itself on user ${user}, segment ${segment}`);
      }
      const bit = user * segments + segment;
      if (member) bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return bits.toString("hex");
}
