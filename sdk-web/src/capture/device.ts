/** As much of `navigator` as tells the device apart. */
export interface Agent {
  userAgent: string;
  language: string;
  maxTouchPoints: number;
}

type Names = readonly (readonly [name: string, pattern: RegExp])[];

// The first that the user agent matches names it. Order matters: most claim to be others as well.
const SYSTEMS: Names = [
  ["iOS", /iP(hone|ad|od)/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["macOS", /Mac/],
  ["Chrome OS", /CrOS/],
  ["Linux", /Linux/],
];
const BROWSERS: Names = [
  ["Edge", /Edg/],
  ["Opera", /OPR/],
  ["Samsung Internet", /Samsung/],
  ["Firefox", /Firefox|FxiOS/],
  ["Chrome", /Chrom|CriOS/],
  ["Safari", /Safari/],
];

/** The built-in traits that a browser tells of itself. */
export function describeDevice({ userAgent, language, maxTouchPoints }: Agent): { [trait: string]: string } {
  const nameIn = (names: Names) => names.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? "other";
  const system = nameIn(SYSTEMS);
  const isMobile = /Mobi/.test(userAgent);
  // An iPad says that it is a Mac; no Mac has a touch screen.
  const isPad = /iPad/.test(userAgent) || (system === "macOS" && maxTouchPoints > 1);
  const isTablet = isPad || (system === "Android" && !isMobile);
  return {
    "device.type": isTablet ? "tablet" : isMobile ? "mobile" : "desktop",
    "device.os": isPad ? "iOS" : system,
    browser: nameIn(BROWSERS),
    language,
  };
}
