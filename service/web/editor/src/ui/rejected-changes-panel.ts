// Words the server did not take, shown beside the text as it stands: kept there as a suggested change where their writer
// may still be heard, else theirs to be copied or saved.
import { wordDiff } from "../editing/word-diff.js";
import { saveAsFile } from "./file-download.js";
import { part } from "./status-line.js";
import type { RejectedChanges } from "../sync/rejected-changes.js";
import type { Words } from "./i18n.js";

export interface Manner {
  readonly lang: string;
  readonly words: Words;
  // Where suggested changes are kept.
  readonly address: string;
  // Nothing of it is needed on this device any more.
  forget(): void;
}

export function showAside(place: HTMLElement, found: RejectedChanges, manner: Manner): void {
  const box = part(place, "aside");
  const shown = part(place, "differing");
  shown.lang = manner.lang;
  shown.replaceChildren(...(found.isFullText ? compared(found) : [document.createTextNode(found.mine)]));
  box.hidden = false;
  box.onclick = (event) => {
    const button = (event.target as Element).closest("button");
    const act = button?.dataset.aside;
    if (act === "copy")
      void navigator.clipboard
        .writeText(found.mine)
        .then(() => button && (button.textContent = manner.words.say("copied")));
    if (act === "file") saveAsFile(found.mine, box.dataset.file ?? "text.md");
    if (act !== "forget") return;
    manner.forget();
    box.hidden = true;
  };
  void keep(place, found, manner);
}

async function keep(place: HTMLElement, found: RejectedChanges, { address, words, forget }: Manner): Promise<void> {
  const [fate, link] = [part(place, "fate"), part(place, "suggested") as HTMLAnchorElement];
  link.hidden = true;
  fate.textContent = words.say("aside_keeping");
  const kept = found.why === "another" ? null : await suggested(address, found);
  fate.textContent = words.say(kept ? "aside_kept" : "aside_here");
  if (!kept) return;
  link.href = kept;
  link.hidden = false;
  forget();
}

// The page of the suggested change; null where the server keeps it not.
async function suggested(address: string, { mine, base: at, why }: RejectedChanges): Promise<string | null> {
  const ask = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: mine, why, at }),
  };
  try {
    const answer = await fetch(address, ask);
    if (!answer.ok) return null;
    const { id, document } = (await answer.json()) as { id: string; document: string };
    return `/documents/${document}/suggestions/${id}`;
  } catch {
    return null;
  }
}

const TAGS = { same: "span", mine: "ins", theirs: "del" } as const;

function compared({ theirs, mine }: RejectedChanges): Node[] {
  return wordDiff(theirs, mine).map((one) => {
    const piece = document.createElement(TAGS[one.kind]);
    piece.textContent = one.text;
    return piece;
  });
}
