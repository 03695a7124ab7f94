// While something is being made, asks for the page again and puts what is new in the place of the old. A part that is
// in use (it has the focus, or something in it was unfolded) is left alone. Without this file the page is looked at again.
const PAGE = "[data-progress]";
const busy = (part) => part.contains(document.activeElement) || part.querySelector("details[open]");
const look = async () => {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const state = fresh.querySelector(PAGE);
    if (!state) return;
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = fresh.getElementById(part.id);
      if (!now || busy(part) || part.innerHTML === now.innerHTML) continue;
      part.replaceChildren(...document.adoptNode(now).childNodes);
    }
    document.querySelector(PAGE).dataset.progress = state.dataset.progress;
  } catch {
    // a weak line: the next time will do
  }
  wait();
};
const wait = () => {
  if (document.querySelector(PAGE)?.dataset.progress !== "running") return;
  if (document.hidden) document.addEventListener("visibilitychange", look, { once: true });
  else setTimeout(look, 2000);
};
wait();
