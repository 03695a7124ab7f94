// What an act did is announced once the page has settled, and passes after ten seconds unless a person is at it.
// Acts that cannot be undone are asked about in a dialog; without this script the question is a page of its own.
const TOAST_MS = 10_000;

const toast = document.querySelector("[data-toast]");
if (toast) {
  const words = toast.querySelector("p");
  const said = words.textContent;
  words.textContent = "";
  requestAnimationFrame(() => {
    words.textContent = said;
  });
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, TOAST_MS);
    else toast.remove();
  };
  setTimeout(leave, TOAST_MS);
}

const ask = async (form, submitter) => {
  const body = new URLSearchParams(new FormData(form, submitter));
  const response = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const question = page.getElementById("confirmation");
  if (!question) return false;
  const dialog = document.createElement("dialog");
  dialog.className = "ask-dialog";
  dialog.setAttribute("aria-labelledby", "h-confirm");
  const heading = question.querySelector("h1");
  const title = document.createElement("h2");
  title.id = "h-confirm";
  title.textContent = heading.textContent;
  heading.replaceWith(title);
  dialog.append(...question.children);
  dialog.querySelector("form").action = form.action;
  dialog.querySelector("[data-cancel]").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    submitter?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return true;
};

// Older browsers get the question as a page.
const canAsk = Boolean(globalThis.HTMLDialogElement && HTMLFormElement.prototype.requestSubmit);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!canAsk) return;
  if (!form.matches("form[data-ask]") || form.dataset.asked) return;
  event.preventDefault();
  const submitAsUsual = () => {
    form.dataset.asked = "yes";
    form.requestSubmit(event.submitter);
  };
  ask(form, event.submitter).then((shown) => shown || submitAsUsual(), submitAsUsual);
});
