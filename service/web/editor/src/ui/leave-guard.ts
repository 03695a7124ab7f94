// Ask before unsaved changes are lost: on closing the page and on signing out.

import type { Room } from "../sync/room.js";
import { downloadText } from "./file-download.js";
import { requirePagePart } from "./status-line.js";

export function guardLeaving(room: Room, root: HTMLElement, text: () => string): void {
  let leaving = false;
  addEventListener("beforeunload", (event) => {
    if (room.pending.changeCount && !leaving) event.preventDefault();
  });
  const dialog = requirePagePart(root, "leaving") as HTMLDialogElement;
  let signOutForm: HTMLFormElement | null = null;
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (new URL(form.action).pathname !== "/sign-out" || !room.pending.changeCount) return;
    event.preventDefault();
    signOutForm = form;
    dialog.showModal();
  });
  const leave = () => {
    leaving = true;
    signOutForm?.submit();
  };
  dialog.addEventListener("click", (event) => {
    const action = (event.target as Element).closest("button")?.dataset.leave;
    if (action === "send") room.pending.whenSaved(() => dialog.open && leave());
    if (action === "file") downloadText(text(), requirePagePart(root, "leaving").dataset.file ?? "text.md");
    if (action === "discard") void room.pending.discard().then(leave);
    if (action === "stay") dialog.close();
  });
}
