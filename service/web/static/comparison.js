// Steps through the changes of a comparison, by the keys J and K or the buttons. Without this script the list of parts
// links to each change.
const stepper = document.querySelector(".stepper");
const paper = document.querySelector("[data-steps]");
const steps = [...paper.querySelectorAll("[id^='c-'], .moved[id$='-new'], [data-step]")];
const before = Number(stepper?.dataset.before);
const format = new Intl.NumberFormat("en", { useGrouping: false, numberingSystem: stepper?.dataset.digits });
let current = -1;

const showPosition = (index) => {
  const text = stepper.dataset.said.replace("{all}", format.format(stepper.dataset.steps));
  stepper.querySelector("p").textContent = text.replace("{at}", format.format(before + index + 1));
};

const go = (step) => {
  const next = current < 0 && step < 0 ? steps.length - 1 : current + step;
  if (next < 0 || next >= steps.length)
    return document.querySelector(`.cmp-pages [rel=${step < 0 ? "prev" : "next"}]`)?.click();
  steps[current]?.classList.remove("is-cur");
  current = next;
  const change = steps[current];
  change.classList.add("is-cur");
  change.tabIndex = -1;
  change.focus({ preventScroll: true });
  change.scrollIntoView({ block: "center" });
  showPosition(current);
};

if (stepper && steps.length) {
  stepper.hidden = false;
  current = steps.findIndex((step) => `#${step.id}` === location.hash);
  showPosition(Math.max(current, 0));
  for (const button of stepper.querySelectorAll("button"))
    button.addEventListener("click", () => go(Number(button.value)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.code === "KeyJ") go(1);
    if (event.code === "KeyK") go(-1);
  });
}
