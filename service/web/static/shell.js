// Wide windows show the contents beside the text; the current tab is scrolled into view.
const wide = matchMedia("(min-width: 60.01rem)");
const openBeside = () => {
  for (const fold of document.querySelectorAll("details[data-wide-open]")) fold.open = wide.matches;
};
openBeside();
wide.addEventListener("change", openBeside);
document.querySelector("[data-tabs] [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
