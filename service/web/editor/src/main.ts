// Entry point of editor.js: replaces the plain form by the live editor, where the browser has WebSockets.
import { mountShell } from "./ui/shell.js";

const place = document.getElementById("editor");
const form = document.querySelector<HTMLElement>("[data-writing]");
if (place && form && "WebSocket" in window) {
  document.documentElement.dataset.editor = "";
  mountShell(place, form);
}

export * from "./suggesting/library.js";
