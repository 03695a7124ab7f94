// While something is being made, asks for the page again and puts the new part in the place of the old one.
const PART = "[data-progress]";
const look = async () => {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [old, fresh] = [document.querySelector(PART), page.querySelector(PART)];
    if (!old || !fresh) return;
    if (old.innerHTML !== fresh.innerHTML) old.replaceWith(document.adoptNode(fresh));
  } catch {
    // a weak line: the next time will do
  }
  wait();
};
const wait = () => {
  if (document.querySelector(PART)?.dataset.progress === "running") setTimeout(look, 3000);
};
wait();
