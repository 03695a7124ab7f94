// The slider tells in which turn its place lies while it is moved, and shows the place once the finger lets go. With
// the keyboard, and without this file, the button beside it does that.
const slider = document.querySelector("[data-history]");
const turns = [...document.querySelectorAll(".turns [data-first]")];

if (slider) {
  const said = slider.parentElement.querySelector("output");
  const start = slider.value;
  slider.addEventListener("input", () => {
    const place = Number(slider.value);
    const turn = turns.find((one) => Number(one.dataset.first) <= place && place <= Number(one.dataset.last));
    said.textContent = turn ? turn.textContent.trim().replace(/\s+/g, " ") : "";
    slider.setAttribute("aria-valuetext", said.textContent || slider.value);
  });
  slider.addEventListener("pointerup", () => setTimeout(() => slider.value !== start && slider.form.requestSubmit()));
}
