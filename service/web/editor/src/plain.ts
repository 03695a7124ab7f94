// The form that stands in the page without this script; where a text is only read, its plain words.
const named = (form: HTMLFormElement, name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement;

// Whether somebody began to write in it.
export function isBegun(form: HTMLElement): boolean {
  if (!(form instanceof HTMLFormElement)) return false;
  const field = named(form, "text");
  return field.value !== field.defaultValue || document.activeElement === field;
}

// A title that was changed can be saved without the text.
export function retitling(form: HTMLElement, live: () => boolean): void {
  const button = form.querySelector<HTMLElement>("[data-retitle]");
  if (!(form instanceof HTMLFormElement) || !button) return;
  form.addEventListener("input", () => (button.hidden = !live() || named(form, "title").value === named(form, "title_was").value));
}
