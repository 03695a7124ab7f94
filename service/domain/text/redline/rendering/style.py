"""Style sheet of a standalone comparison: for screen and print, both text directions, and monochrome output."""

STYLE = """\
:root {
  --ground: #f3f2f0; --paper: #fff; --ink: #221b26; --ink-2: #4f4655; --line: #dbd7d4; --seal: #6a2a5c;
  --yes: #1c6546; --yes-wash: #e1f0e8; --no: #9c2a1b; --no-wash: #fae7e2; --note: #235778;
  --care: #7c5200; --care-wash: #fbf0d6;
  --ui: "IBM Plex Sans", system-ui, sans-serif; --text: "Source Serif 4", Georgia, "Times New Roman", serif;
  --size: 1.125rem; --leading: 1.62; --under: .24em;
}
:root:lang(ar) {
  --ui: "IBM Plex Sans Arabic", "Noto Sans Arabic", system-ui, sans-serif;
  --text: Amiri, "Noto Naskh Arabic", "Geeza Pro", "Traditional Arabic", serif;
  --size: 1.4rem; --leading: 1.9; --under: .42em;
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--ink); font: 1rem/1.6 var(--ui); }
header, main, footer { max-inline-size: 46rem; margin-inline: auto; }
h1 { font: 700 1.6rem/1.4 var(--text); margin: 0; text-wrap: balance; }
header p { margin: .25rem 0; color: var(--ink-2); }
.summary { font-weight: 600; color: var(--ink); }
.key { display: flex; flex-wrap: wrap; gap: 1rem; }
main {
  background: var(--paper); border: 1px solid var(--line); border-radius: 3px;
  padding: 2rem clamp(1rem, 5vw, 3.5rem); margin-block: 1.25rem;
}
.redline { font: var(--size)/var(--leading) var(--text); }
.redline p { margin: 0 0 .7em; overflow-wrap: break-word; white-space: pre-line; }
.redline .heading { font-weight: 700; margin-block-start: 1.4em; text-wrap: balance; }
.redline .heading-1 { font-size: 1.35em; line-height: 1.45; }
.redline .heading-2 { font-size: 1.15em; }
.redline .item { padding-inline-start: 2.4em; text-indent: -1.8em; }
.redline .item-1, .redline .item-2 { padding-inline-start: 4.6em; }
.redline .item-3, .redline .item-4 { padding-inline-start: 6.8em; }
.redline .item-5, .redline .item-6, .redline .item-7, .redline .item-8, .redline .item-9 { padding-inline-start: 9em; }
.redline .quote { border-inline-start: 3px solid var(--line); padding-inline-start: 1em; color: var(--ink-2); }
.redline .row {
  font-family: var(--ui); font-size: .8em; border-block-end: 1px solid var(--line); padding-block: .2em;
  margin: 0;
}
.redline .note { font-size: .85em; }
ins, del {
  border-radius: 2px; padding-inline: .1em; margin-inline: .06em; unicode-bidi: isolate;
  box-decoration-break: clone; -webkit-box-decoration-break: clone; text-indent: 0;
}
ins {
  color: var(--yes); background: var(--yes-wash); text-decoration: underline 2px;
  text-underline-offset: var(--under); text-decoration-skip-ink: none;
}
del { color: var(--no); background: var(--no-wash); text-decoration: line-through 2px; }
mark { background: none; color: inherit; border-block-end: 2px dotted var(--ink-2); unicode-bidi: isolate; }
.mark { opacity: .4; font-weight: 400; font-size: .85em; }
.marker { color: var(--ink-2); }
.item .marker { display: inline-block; min-inline-size: 1.8em; text-indent: 0; }
.moved { border: 2px dotted var(--note); border-radius: 3px; padding: .4rem .9rem; margin-block: .8em; }
.redline .moved p:last-child { margin-block-end: 0; }
.moved[id$="-old"] del { background: none; color: inherit; }
del + ins { margin-inline-start: .12em; }
.redline p:has(+ .on) { margin-block-end: 0; }
.redline p.on { margin-block-start: 0; text-indent: 0; }
.layout { text-decoration: none; padding-inline: .2em; font-family: var(--ui); font-size: .8em; }
del.layout { text-decoration: line-through; }
.call { font-size: .7em; line-height: 0; }
.redline .moved-to { font: 500 .875rem/1.7 var(--ui); margin: 0; }
.moved-to a { color: var(--note); }
.moved-key { border: 2px dotted var(--note); padding-inline: .4em; border-radius: 3px; }
details { margin-block: .8em; border-block: 1px solid var(--line); }
summary { cursor: pointer; padding-block: .35em; font: 500 .9rem/1.7 var(--ui); color: var(--ink-2); }
:focus-visible { outline: 3px solid var(--seal); outline-offset: 2px; }
:target { outline: 2px solid var(--seal); outline-offset: 3px; }
.care {
  background: var(--care-wash); color: var(--care); border-inline-start: 3px solid var(--care);
  padding: .4rem .8rem; margin: 0 0 .6rem;
}
.spoken {
  position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
footer { color: var(--ink-2); font-size: .8rem; }
footer dl { margin: 0; } footer dl div { display: flex; flex-wrap: wrap; gap: 0 .75rem; }
dd { margin: 0; font-family: "IBM Plex Mono", ui-monospace, monospace; overflow-wrap: anywhere; }
@media print {
  body { background: #fff; padding: 0; } main { border: 0; padding: 0; }
  ins, del { background: none; color: #000; } .key { display: none; }
}
"""
