import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attempt, type Parsed } from "../../parse/problem.ts";
import { readContent } from "./read-content.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);
const SCHEMES = ["https:", "http:", "mailto:", "tel:"];

const read = (content: unknown): Parsed<ReturnType<typeof readContent>> =>
  attempt(() => readContent(content, ""));
const action = (url: unknown) => read({ title: "x", primary: { label: "x", url } });
const image = (url: unknown) => read({ title: "x", image: { url, alt: "" } });

/** What the page does with an accepted URL, wherever it lies. */
function leadsTo(url: string, page: string): URL {
  return new URL(url, page);
}

const BAD_SCHEMES = [
  ...[
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "javascript://example.com/%0aalert(1)",
    "vbscript:msgbox(1)",
  ],
  ...[
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:,",
    "DATA:text/html,x",
  ],
  ...["blob:https://example.com/1", "file:///etc/passwd", "filesystem:https://example.com/x", "about:blank"],
  ...["view-source:https://example.com", "ftp://example.com", "ws://example.com", "intent://x#Intent;end"],
  ...[
    "chrome://settings",
    "jar:https://example.com!/x",
    "sms:1",
    "livescript:x",
    "mocha:x",
    "feed:javascript:x",
  ],
];
const SKIPPED = [
  "\n",
  "\r",
  "\t",
  "\u0000",
  "\u0001",
  "\u001f",
  " ",
  "\u00a0",
  "\u2028",
  "\ufeff",
  "\u00ad",
  "\u200b",
  "\u202e",
];

/** Each scheme as it is, with a character that parsers or people skip before it, inside it and after it. */
const DISGUISED = BAD_SCHEMES.flatMap((url) => [
  url,
  ...SKIPPED.flatMap((skipped) => [
    `${skipped}${url}`,
    `${url.slice(0, 4)}${skipped}${url.slice(4)}`,
    `${url.slice(0, url.indexOf(":"))}${skipped}${url.slice(url.indexOf(":"))}`,
  ]),
]);

const OTHERS = [
  ...[
    "//evil.example",
    "//one.invalid/x",
    "//two.invalid/x",
    "///evil.example",
    "////evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
  ],
  ...[
    "\\/evil.example",
    "/\n/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:shop",
    "HTTPS:evil.example",
  ],
  ...[
    "https:\\\\evil.example",
    "https://shop.example@evil.example",
    "https://user:password@evil.example",
    "https://:x@evil.example",
  ],
  ...[
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "java%0ascript:alert(1)",
    "%6aavascript:alert(1)",
    "evil.example",
  ],
  ...[
    "shop/lamp",
    "",
    " ",
    "https://",
    "https://[",
    "https://a b",
    "https://%",
    "http://\u202eexample.com",
    "mailto",
    ":",
    "://x",
  ],
  ...[
    "\u2f0fevil",
    "https://exa\u00admple.com",
    "https://example.com/\u0000",
    "https://example.com/a b",
    " https://example.com",
    "https://example.com ",
  ],
];

test("more than two hundred hostile URLs are refused, for actions and images", () => {
  const all = [...new Set([...DISGUISED, ...OTHERS])];
  expect(all.length).toBeGreaterThan(200);
  for (const url of all) {
    expect({ url, ok: action(url).ok }).toEqual({ url, ok: false });
    expect({ url, ok: image(url).ok }).toEqual({ url, ok: false });
  }
  for (const url of [null, 1, {}, ["https://example.com"], { toString: () => "https://example.com" }])
    expect(action(url)).toMatchObject({ ok: false, problem: { code: "wrong-type", path: "/primary/url" } });
});

test.each([
  ["https://example.com", "https://example.com/"],
  ["HTTPS://EXAMPLE.com:443/Ä?ö#ü", "https://example.com/%C3%84?%C3%B6#%C3%BC"],
  ["http://192.168.0.1:8080/x", "http://192.168.0.1:8080/x"],
  ["https://bücher.example/", "https://xn--bcher-kva.example/"],
  ["mailto:shop@example.com?subject=Hi", "mailto:shop@example.com?subject=Hi"],
  ["tel:+49-30-123", "tel:+49-30-123"],
  ["/", "/"],
  ["/a/../b?c=javascript:alert(1)#d", "/a/../b?c=javascript:alert(1)#d"],
  ["./javascript:alert(1)", "./javascript:alert(1)"],
  ["../x", "../x"],
  ["?sale=1", "?sale=1"],
  ["#top", "#top"],
])("%s is kept as %s", (url, kept) => {
  expect(action(url)).toMatchObject({ ok: true, value: { primary: { url: kept } } });
});

test("whatever is accepted leads where the allow-list says, on any page", () => {
  const piece = fc.constantFrom(
    ...[
      "java",
      "script",
      ":",
      "/",
      "//",
      "\\",
      "https",
      "http",
      "data",
      "mailto",
      "@",
      "evil.example",
      "\n",
      "\t",
    ],
    ...["\u0000", "\u202e", "?", "#", ".", "..", "%0a", " ", "&colon;", "[", "]", "a", "\u0130", "\ud800"],
  );
  const url = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.webUrl(),
    fc.array(piece, { maxLength: 8 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(url, (given) => {
      const parsed = action(given);
      const kept = parsed.ok ? parsed.value.primary?.url : undefined;
      if (kept === undefined) return;
      for (const page of ["https://shop.example/a/b", "http://shop.example/"]) {
        const target = leadsTo(kept, page);
        expect(SCHEMES).toContain(target.protocol);
        const isWhole = SCHEMES.some((scheme) => kept.startsWith(scheme));
        expect(isWhole ? target.href : target.host).toBe(isWhole ? kept : "shop.example");
        expect(target.username + target.password).toBe("");
      }
    }),
    { numRuns: 20 * RUNS },
  );
}, 600_000);

describe("text", () => {
  const HIDDEN = [
    ...[
      "\u0000",
      "\u0007",
      "\t",
      "\r",
      "\u001b",
      "\u007f",
      "\u0085",
      "\u009f",
      "\u2028",
      "\u2029",
      "\ufeff",
      "\ufff9",
    ],
    ...[
      "\u202a",
      "\u202b",
      "\u202c",
      "\u202d",
      "\u202e",
      "\u2066",
      "\u2067",
      "\u2068",
      "\u2069",
      "\ud800",
      "\udfff",
    ],
  ];

  test.each(HIDDEN.map((hidden) => [hidden.charCodeAt(0).toString(16), hidden]))(
    "that holds U+%s is refused in every field",
    (_, hidden) => {
      const bad = `a${hidden}b`;
      const fields = [
        ["/title", { title: bad }],
        ["/text", { title: "x", text: bad }],
        ["/image/alt", { title: "x", image: { url: "/x", alt: bad } }],
        ["/primary/label", { title: "x", primary: { label: bad } }],
        ["/secondary/label", { title: "x", secondary: { label: bad } }],
      ] as const;
      for (const [path, content] of fields)
        expect(read(content)).toMatchObject({ ok: false, problem: { code: "hidden-character", path } });
    },
  );

  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; \"'`",
    "{{constructor.constructor('alert(1)')()}}",
    `$\{alert(1)}`,
    "__proto__",
    "مرحبا \u200fabc\u200e",
    "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 é",
  ])("%s is text like any other", (text) => {
    const content = { title: text, text, image: { url: "/x", alt: text }, primary: { label: text } };
    expect(read(content)).toEqual({ ok: true, value: content });
  });

  test("has lines, and titles have none", () => {
    expect(read({ title: "x", text: "a\nb" })).toMatchObject({ ok: true });
    expect(read({ title: "a\nb" })).toMatchObject({ ok: false, problem: { path: "/title" } });
    expect(read({ title: "x", text: "a\r\nb" })).toMatchObject({ ok: false, problem: { path: "/text" } });
  });
});
