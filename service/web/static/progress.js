// Polls the page while a job is running, and replaces the live parts that changed. A part in use (focused, or with an
// open <details>) is left alone. A page of another address, to which the end of the job leads, is opened; a form marked
// data-continue is sent. Without this script the user reloads the page.
const PAGE = "[data-progress]";
const busy = (part) => part.contains(document.activeElement) || part.querySelector("details[open]");
const poll = async () => {
  try {
    const response = await fetch(location.href, { credentials: "same-origin" });
    if (response.redirected) {
      location.replace(response.url);
      return;
    }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const state = fresh.querySelector(PAGE);
    if (!state) return;
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = fresh.getElementById(part.id);
      if (!now || busy(part) || part.innerHTML === now.innerHTML) continue;
      part.replaceChildren(...document.adoptNode(now).childNodes);
    }
    document.querySelector(PAGE).dataset.progress = state.dataset.progress;
    document.querySelector("form[data-continue]")?.requestSubmit();
  } catch {
    // offline or interrupted: the next poll will do
  }
  schedule();
};
const schedule = () => {
  if (document.querySelector(PAGE)?.dataset.progress !== "running") return;
  if (document.hidden) document.addEventListener("visibilitychange", poll, { once: true });
  else setTimeout(poll, 2000);
};
schedule();
