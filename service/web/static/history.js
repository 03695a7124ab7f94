// The history slider: shows the turn of its position while it moves, and submits the form when the pointer is released.
// With the keyboard, and without this script, the button beside it submits.
const slider = document.querySelector("[data-history]");
const turns = [...document.querySelectorAll(".turns [data-first]")];

if (slider) {
  const output = slider.parentElement.querySelector("output");
  const start = slider.value;
  slider.addEventListener("input", () => {
    const position = Number(slider.value);
    const turn = turns.find((one) => Number(one.dataset.first) <= position && position <= Number(one.dataset.last));
    output.textContent = turn ? turn.textContent.trim().replace(/\s+/g, " ") : "";
    slider.setAttribute("aria-valuetext", output.textContent || slider.value);
  });
  slider.addEventListener("pointerup", () => setTimeout(() => slider.value !== start && slider.form.requestSubmit()));
}
