/**
 * System colours are light or dark as the page says, and are what forced colours put in their place. Sizes are of the
 * page's own text, but for what a finger must hit. Directions are logical.
 */
const CSS = `
:host { display: block; position: relative; --_page: Canvas; --_ink: CanvasText }
@supports (color: light-dark(#000, #fff)) {
  :host { --_page: light-dark(#fff, #212226); --_ink: light-dark(#17181c, #f4f4f6) }
}
:host([hidden]) { display: none }
[part] { box-sizing: border-box; margin: 0; padding: 0 }
[part~=surface] {
  --_bg: var(--muster-background, var(--_page));
  --_fg: var(--muster-color, var(--_ink));
  --_line: var(--muster-border-color, color-mix(in srgb, var(--_fg) 20%, var(--_bg)));
  --_radius: var(--muster-radius, 14px);
  --_gap: var(--muster-gap, 1rem);
  border: 0 solid var(--_line);
  background: var(--_bg);
  color: var(--_fg);
  font-family: var(--muster-font-family, inherit);
  font-size: var(--muster-font-size, inherit);
  font-style: normal;
  font-weight: 400;
  line-height: 1.5;
  letter-spacing: normal;
  text-align: start;
  text-indent: 0;
  text-transform: none;
  overflow-wrap: anywhere;
  overflow: hidden;
}
[part~=prompt], [part~=floating] {
  position: fixed;
  inset: auto;
  inset-block-end: 0;
  inset-inline: 0;
  inline-size: auto;
  max-inline-size: none;
  max-block-size: max(80dvh, min(100dvh, 20rem));
  z-index: 2147483647;
  border-block-start-width: 1px;
  box-shadow: var(--muster-shadow, 0 0 1px #0003, 0 12px 40px #0000003d);
}
[part~=prompt] {
  display: flex;
  border-start-start-radius: var(--_radius);
  border-start-end-radius: var(--_radius);
}
[part~=body] { flex: 1; min-inline-size: 0; overflow: auto }
[part~=prompt] [part~=body] {
  padding: 1.25em;
  padding-block-end: max(1.25em, env(safe-area-inset-bottom));
}
[part~=banner] {
  display: flex;
  gap: .5em;
  padding-block: .5em;
  padding-inline: 1.25em .5em;
}
[part~=banner]:not([part~=floating]) {
  position: absolute;
  inset-block-start: 0;
  inset-inline: 0;
  min-block-size: 100%;
  z-index: 1;
  border-width: 1px;
  border-radius: var(--_radius);
}
[part~=floating][part~=banner] { padding-block-end: max(.5em, env(safe-area-inset-bottom)) }
[part~=banner] [part~=body] {
  display: flex;
  flex-wrap: wrap;
  align-content: safe center;
  align-items: center;
  gap: .5em 1.25em;
  min-block-size: 44px;
  padding: 4px;
  margin: -4px;
}
[part~=banner] [part~=copy] { flex: 1 1 16em; min-inline-size: 0 }
[part~=title], [part~=text] { contain: paint; padding-block: .125em }
[part~=title] { font-size: 1.125em; font-weight: 650; line-height: 1.3; text-wrap: balance }
[part~=banner] [part~=title] { font-size: 1em }
[part~=text] { white-space: pre-line; color: var(--muster-muted-color, color-mix(in srgb, var(--_fg) 78%, var(--_bg))) }
[part~=prompt] [part~=text] { margin-block-start: .25em }
[part~=image] {
  display: block;
  object-fit: cover;
  background: color-mix(in srgb, var(--_fg) 8%, var(--_bg));
}
[part~=prompt] [part~=image] {
  inline-size: calc(100% + 2.5em);
  max-inline-size: none;
  margin: -1.25em -1.25em 1.125em;
  aspect-ratio: var(--muster-image-ratio, 16 / 9);
}
[part~=banner] [part~=image] { inline-size: 44px; block-size: 44px; border-radius: calc(var(--_radius) / 2) }
[part~=actions] { display: flex; flex-wrap: wrap; gap: .5em }
[part~=prompt] [part~=actions] { margin-block-start: 1.125em }
[part~=action], [part~=close] {
  min-block-size: 44px;
  border: 1px solid var(--_line);
  border-radius: var(--muster-button-radius, calc(var(--_radius) * .6));
  background: none;
  color: inherit;
  font: inherit;
  cursor: pointer;
}
[part~=action] {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  max-inline-size: 100%;
  min-inline-size: 44px;
  padding: .375em 1.125em;
  font-weight: 600;
  line-height: 1.3;
  text-align: center;
  text-decoration: none;
  contain: paint;
}
[part~=primary] {
  --_accent: var(--muster-accent-color, var(--_fg));
  border-color: var(--_accent);
  background: var(--_accent);
  color: var(--muster-on-accent-color, var(--_bg));
}
[part~=close] {
  position: relative;
  flex: none;
  align-self: center;
  inline-size: 44px;
  border-color: transparent;
  border-radius: 50%;
}
[part~=prompt] [part~=close] { position: absolute; inset-block-start: 6px; inset-inline-end: 6px }
[part~=prompt] [part~=copy]:first-child::before { content: ""; float: inline-end; inline-size: 32px; block-size: 28px }
[part~=close]::before, [part~=close]::after {
  content: "";
  position: absolute;
  inset: 0;
  margin: auto;
  inline-size: 16px;
  block-size: 0;
  border-block-start: 2px solid;
  rotate: 45deg;
}
[part~=close]::after { rotate: -45deg }
[part~=image] ~ [part~=close], [part~=body]:has([part~=image]) + [part~=close] { background: var(--_bg) }
[part~=action]:hover { text-decoration: underline; text-underline-offset: .2em }
[part~=close]:hover { background: color-mix(in srgb, var(--_fg) 10%, var(--_bg)) }
:focus-visible { outline: 2px solid var(--_fg); outline-offset: 2px }
@media (min-width: 30.01em) {
  [part~=prompt] {
    inset-block-end: var(--_gap);
    inset-inline: auto var(--_gap);
    inline-size: min(var(--muster-width, 23em), 100vw - 2 * var(--_gap));
    max-block-size: max(80dvh, min(100dvh - 2 * var(--_gap), 20rem));
    border-width: 1px;
    border-radius: var(--_radius);
  }
}
@media (max-width: 30em) {
  [part~=action] { flex: 1 1 auto }
  [part~=banner] { padding: .75em 1em max(.75em, env(safe-area-inset-bottom)) }
  [part~=banner] [part~=actions] { flex: 1 1 100% }
  [part~=banner] [part~=close] { position: absolute; inset-block-start: 4px; inset-inline-end: 4px }
  [part~=banner] [part~=copy]::before { content: ""; float: inline-end; inline-size: 36px; block-size: 28px }
  [part~=prompt] [part~=image] { max-block-size: 25dvh }
}
@media (max-height: 30em) {
  [part~=image] { display: none }
}
@media (prefers-reduced-motion: no-preference) {
  [part~=prompt], [part~=floating] { animation: enter .25s cubic-bezier(.2, .8, .2, 1) }
  @keyframes enter { from { opacity: 0; translate: 0 1.5rem } }
}
@media print { :host { display: none } }
`;

let sheet: CSSStyleSheet | undefined;

/** One for all elements of the page; a policy of styles has nothing against it. */
export function takeStyles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
