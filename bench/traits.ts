/** Traits that come together, from one part of an application, and the share of users that have them. */
export const GROUPS = { company: 0.5, order: 0.6, person: 0.7 } as const;

/** The traits of the benchmark's users. One without a group stands at every user. */
export type Trait =
  | {
      name: string;
      type: "text";
      values: readonly string[];
      parts?: readonly string[];
      group?: keyof typeof GROUPS;
    }
  | { name: string; type: "number"; low: number; high: number; step: number; group?: keyof typeof GROUPS }
  | { name: string; type: "boolean"; group?: keyof typeof GROUPS };

const words = (text: string): string[] => text.split(" ");

export const TRAITS: readonly Trait[] = [
  { name: "plan", type: "text", values: words("free starter pro business enterprise") },
  {
    name: "country",
    type: "text",
    values: words(
      "US DE FR GB ES IT NL BE AT CH PL CZ SE NO DK FI PT IE GR RO HU BR MX AR CL CA AU NZ JP KR IN SG",
    ),
  },
  {
    name: "language",
    type: "text",
    values: words("en de fr es it nl pl cs sv nb da fi pt el ro hu ja ko hi"),
  },
  {
    name: "signupSource",
    type: "text",
    values: words("organic ads referral partner social newsletter event"),
  },
  { name: "deviceType", type: "text", values: words("mobile tablet desktop") },
  { name: "os", type: "text", values: words("Windows macOS Linux Android iOS ChromeOS") },
  { name: "browser", type: "text", values: words("Chrome Safari Firefox Edge Samsung Opera") },
  {
    name: "emailDomain",
    type: "text",
    values: words(
      "gmail.com outlook.com icloud.com web.de gmx.net orange.fr acme.com shop.example uni.edu mail.co.uk",
    ),
    parts: words("mail .com .de acme shop .edu co.uk out"),
  },
  {
    name: "industry",
    type: "text",
    values: words("retail software finance health media travel energy"),
    group: "company",
  },
  {
    name: "city",
    type: "text",
    values: words(
      "Berlin Hamburg Paris Lyon London Leeds Madrid Rome Milan Amsterdam Vienna Zurich Austin Boston",
    ),
    parts: words("Ber Ham Lon Mi on in am"),
    group: "person",
  },
  {
    name: "referrer",
    type: "text",
    values: words(
      "https://www.google.com/search https://duckduckgo.com/ https://news.example.org/today https://blog.example.com/muster https://social.example/post/17",
    ),
    parts: words("google search news blog social example https"),
    group: "person",
  },
  { name: "coupon", type: "text", values: words("WELCOME10 SPRING20 FRIEND5 VIP50"), group: "order" },
  { name: "sessions", type: "number", low: 1, high: 200, step: 5 },
  { name: "daysSinceSignup", type: "number", low: 0, high: 1_500, step: 30 },
  { name: "totalSpent", type: "number", low: 0, high: 5_000, step: 50 },
  { name: "age", type: "number", low: 16, high: 90, step: 1, group: "person" },
  { name: "companySize", type: "number", low: 1, high: 10_000, step: 100, group: "company" },
  { name: "npsScore", type: "number", low: 0, high: 10, step: 1, group: "order" },
  { name: "lastOrderValue", type: "number", low: 5, high: 500, step: 5, group: "order" },
  { name: "verified", type: "boolean" },
  { name: "newsletter", type: "boolean" },
];
