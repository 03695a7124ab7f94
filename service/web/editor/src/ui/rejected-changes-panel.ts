// Changes that the server rejected, as a diff against the current text. They are stored as an unsaved change where the
// server accepts one; else the user can copy or download them.
import { wordDiff } from "../editing/word-diff.js";
import type { RejectedChanges } from "../sync/rejected-changes.js";
import { downloadText } from "./file-download.js";
import type { I18n } from "./i18n.js";
import { requirePagePart } from "./status-line.js";

export interface PanelOptions {
  readonly lang: string;
  readonly i18n: I18n;
  /** The URL to which unsaved changes are posted. */
  readonly url: string;
  /** Remove the changes from this device. */
  discard(): void;
}

export function showRejectedChanges(root: HTMLElement, rejected: RejectedChanges, options: PanelOptions): void {
  const box = requirePagePart(root, "aside");
  const diff = requirePagePart(root, "differing");
  diff.lang = options.lang;
  diff.replaceChildren(...(rejected.isFullText ? renderDiff(rejected) : [document.createTextNode(rejected.mine)]));
  box.hidden = false;
  box.onclick = (event) => {
    const button = (event.target as Element).closest("button");
    const action = button?.dataset.aside;
    if (action === "copy")
      void navigator.clipboard.writeText(rejected.mine).then(() => {
        if (button) button.textContent = options.i18n.t("copied");
      });
    if (action === "file") downloadText(rejected.mine, box.dataset.file ?? "text.md");
    if (action !== "forget") return;
    options.discard();
    box.hidden = true;
  };
  void keepOnServer(root, rejected, options);
}

async function keepOnServer(
  root: HTMLElement,
  rejected: RejectedChanges,
  { url, i18n, discard }: PanelOptions,
): Promise<void> {
  const [outcome, link] = [requirePagePart(root, "fate"), requirePagePart(root, "suggested") as HTMLAnchorElement];
  link.hidden = true;
  outcome.textContent = i18n.t("aside_keeping");
  const page = rejected.why === "another" ? null : await postUnsavedChange(url, rejected);
  outcome.textContent = i18n.t(page ? "aside_kept" : "aside_here");
  if (!page) return;
  link.href = page;
  link.hidden = false;
  discard();
}

/** Post an unsaved change and return the path of its page; null where the server refuses or cannot be reached. */
async function postUnsavedChange(url: string, { mine, base: at, why }: RejectedChanges): Promise<string | null> {
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: mine, why, at }),
  };
  try {
    const response = await fetch(url, request);
    if (!response.ok) return null;
    const { id, document } = (await response.json()) as { id: string; document: string };
    return `/documents/${document}/unsaved-changes/${id}`;
  } catch {
    return null;
  }
}

const TAGS = { same: "span", mine: "ins", theirs: "del" } as const;

function renderDiff({ theirs, mine }: RejectedChanges): Node[] {
  return wordDiff(theirs, mine).map((piece) => {
    const element = document.createElement(TAGS[piece.kind]);
    element.textContent = piece.text;
    return element;
  });
}
