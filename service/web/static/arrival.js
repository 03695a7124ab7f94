// Loads the page again once what it waits for has arrived. Without this script the page reloads by itself.
const WAITING = "[data-arrival]";
const look = async () => {
  try {
    const response = await fetch(location.href, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!fresh.querySelector(WAITING)) {
      location.reload();
      return;
    }
  } catch {
    // offline or interrupted: the next look will do
  }
  schedule();
};
const schedule = () => {
  if (document.hidden) document.addEventListener("visibilitychange", look, { once: true });
  else setTimeout(look, 1000);
};
schedule();
