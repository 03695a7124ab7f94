// While text is written on a phone, the tab bar leaves and the tools sit above the keyboard. Browsers that shrink the page
// for the keyboard need no help; the others report it through the visual viewport.

const WRITTEN_IN = "[contenteditable=true], textarea, input:not([type=radio], [type=checkbox], [type=file])";

export function followKeyboard(): void {
  const { body, documentElement: page } = document;
  const update = (target: EventTarget | null) =>
    body.classList.toggle("is-writing", target instanceof Element && target.matches(WRITTEN_IN));
  document.addEventListener("focusin", (event) => update(event.target));
  document.addEventListener("focusout", (event) => event.relatedTarget || update(null));
  update(document.activeElement);
  const viewport = window.visualViewport;
  if (!viewport) return;
  const measure = () => {
    const hidden = innerHeight - viewport.height * viewport.scale - viewport.offsetTop;
    page.style.setProperty("--keyboard", `${Math.max(0, Math.round(hidden))}px`);
  };
  viewport.addEventListener("resize", measure);
  viewport.addEventListener("scroll", measure);
}
