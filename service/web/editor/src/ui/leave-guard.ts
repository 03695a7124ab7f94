// Nobody leaves words behind unasked: neither by closing the page nor by signing out.
import { saveAsFile } from "./file-download.js";
import { part } from "./status-line.js";
import type { Room } from "../sync/room.js";

export function keepLeavingSafe(room: Room, place: HTMLElement, text: () => string): void {
  let leaving = false;
  addEventListener("beforeunload", (event) => {
    if (room.pending.changeCount && !leaving) event.preventDefault();
  });
  const dialog = part(place, "leaving") as HTMLDialogElement;
  let held: HTMLFormElement | null = null;
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (new URL(form.action).pathname !== "/sign-out" || !room.pending.changeCount) return;
    event.preventDefault();
    held = form;
    dialog.showModal();
  });
  const go = () => {
    leaving = true;
    held?.submit();
  };
  dialog.addEventListener("click", (event) => {
    const act = (event.target as Element).closest("button")?.dataset.leave;
    if (act === "send") room.pending.whenSaved(() => dialog.open && go());
    if (act === "file") saveAsFile(text(), part(place, "leaving").dataset.file ?? "text.md");
    if (act === "discard") void room.pending.discard().then(go);
    if (act === "stay") dialog.close();
  });
}
