// The page of writing: where this script runs and the line is open, the form's text becomes a shared one.
import { page } from "./ui/shell.js";

const place = document.getElementById("editor");
const form = document.querySelector<HTMLElement>("[data-writing]");
if (place && form && "WebSocket" in window) {
  document.documentElement.dataset.editor = "";
  page(place, form);
}
