// The slider shows its place as soon as it is let go. Without this file the button beside it does the same.
const slider = document.querySelector("[data-history]");

if (slider) {
  slider.form.querySelector("button").hidden = true;
  slider.addEventListener("change", () => slider.form.requestSubmit());
}
