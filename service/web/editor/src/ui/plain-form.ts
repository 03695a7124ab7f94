// The form that stands in the page without this script; where a text is only read, its plain words.
const named = (form: HTMLFormElement, name: string) =>
  form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement;

// The field of the text; null where there is no form.
export const fieldOf = (form: HTMLElement): HTMLTextAreaElement | null =>
  form instanceof HTMLFormElement ? (named(form, "text") as HTMLTextAreaElement) : null;

// A title that was changed can be saved without the text.
export function retitling(form: HTMLElement, live: () => boolean): void {
  const button = form.querySelector<HTMLElement>("[data-retitle]");
  if (!(form instanceof HTMLFormElement) || !button) return;
  form.addEventListener(
    "input",
    () => (button.hidden = !live() || named(form, "title").value === named(form, "title_was").value),
  );
}
