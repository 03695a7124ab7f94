// The plain form, which serves the page without this script; for readers it is not a form but the text.
const fieldNamed = (form: HTMLFormElement, name: string) =>
  form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement;

/** The textarea of the text; null where the page has no form. */
export const textField = (form: HTMLElement): HTMLTextAreaElement | null =>
  form instanceof HTMLFormElement ? (fieldNamed(form, "text") as HTMLTextAreaElement) : null;

/** The field of the title; null where the page has no form. */
export const titleField = (form: HTMLElement): HTMLInputElement | null =>
  form instanceof HTMLFormElement ? (fieldNamed(form, "title") as HTMLInputElement) : null;

/** Show the button that saves the title alone while the title is changed and the editor is running. */
export function toggleRetitleButton(form: HTMLElement, isLive: () => boolean): void {
  const button = form.querySelector<HTMLElement>("[data-retitle]");
  if (!(form instanceof HTMLFormElement) || !button) return;
  form.addEventListener(
    "input",
    () => (button.hidden = !isLive() || fieldNamed(form, "title").value === fieldNamed(form, "title_was").value),
  );
}
