// From change to change with J and K or the buttons. Without this file the list of parts leads to each of them.
const stepper = document.querySelector(".stepper");
const paper = document.querySelector("[data-steps]");
const steps = [...paper.querySelectorAll("[id^='c-'], .moved[id$='-new']")];
const before = Number(stepper?.dataset.before);
const number = new Intl.NumberFormat("en", { useGrouping: false, numberingSystem: stepper?.dataset.digits });
let at = -1;

const say = (place) => {
  const said = stepper.dataset.said.replace("{all}", number.format(stepper.dataset.steps));
  stepper.querySelector("p").textContent = said.replace("{at}", number.format(before + place + 1));
};

const go = (way) => {
  const next = at < 0 && way < 0 ? steps.length - 1 : at + way;
  if (next < 0 || next >= steps.length) return document.querySelector(`.cmp-pages [rel=${way < 0 ? "prev" : "next"}]`)?.click();
  steps[at]?.classList.remove("is-cur");
  at = next;
  const step = steps[at];
  step.classList.add("is-cur");
  step.tabIndex = -1;
  step.focus({ preventScroll: true });
  step.scrollIntoView({ block: "center" });
  say(at);
};

if (stepper && steps.length) {
  stepper.hidden = false;
  at = steps.findIndex((step) => `#${step.id}` === location.hash);
  say(Math.max(at, 0));
  for (const button of stepper.querySelectorAll("button")) button.addEventListener("click", () => go(Number(button.value)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.code === "KeyJ") go(1);
    if (event.code === "KeyK") go(-1);
  });
}
