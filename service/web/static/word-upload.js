// A Word file is sent without leaving the page, so that a file that is refused leaves the editor as it is, with the
// error in the form. Without this script the server answers with the whole page.
const form = document.querySelector("form[data-word-upload]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const current = document.querySelector("form[data-word-upload]");
  const [button] = current.getElementsByTagName("button");
  button.disabled = true;
  try {
    const response = await fetch(current.action, { method: "POST", body: new FormData(current) });
    if (response.redirected) {
      location.assign(response.url);
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const answered = page.querySelector("form[data-word-upload]");
    if (!answered) throw new Error("no form in the answer");
    current.replaceChildren(...answered.childNodes);
    current.querySelector("[role=alert], [type=file]")?.scrollIntoView({ block: "nearest" });
    current.querySelector("[type=file]")?.focus({ preventScroll: true });
  } catch {
    button.disabled = false;
    current.submit();
  }
});
