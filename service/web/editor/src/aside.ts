// Words the server did not take, shown beside the text as it stands, to be copied, saved or given up.
import { difference } from "./difference.js";
import { saveAsFile } from "./files.js";
import { part } from "./news.js";
import type { Aside } from "./shared.js";
import type { Words } from "./words.js";

export function showAside(place: HTMLElement, words: Words, found: Aside, lang: string, forget: () => void): void {
  const box = part(place, "aside");
  const shown = part(place, "differing");
  shown.lang = lang;
  shown.replaceChildren(...(found.whole ? compared(found) : [document.createTextNode(found.mine)]));
  box.hidden = false;
  box.onclick = (event) => {
    const button = (event.target as Element).closest("button");
    const act = button?.dataset["aside"];
    if (act === "copy") void navigator.clipboard.writeText(found.mine).then(() => button && (button.textContent = words.say("copied")));
    if (act === "file") saveAsFile(found.mine, box.dataset["file"] ?? "text.md");
    if (act !== "forget") return;
    forget();
    box.hidden = true;
  };
}

const TAGS = { same: "span", mine: "ins", theirs: "del" } as const;

function compared({ theirs, mine }: Aside): Node[] {
  return difference(theirs, mine).map((one) => {
    const piece = document.createElement(TAGS[one.kind]);
    piece.textContent = one.text;
    return piece;
  });
}
