// Signing out empties this device of words that were written offline. Words that were not sent yet are offered first:
// the editor sends or downloads them when their text is opened. The names are those of the editor's offline store.
const DATABASE = "mithaq-kept";
const STORE = "updates";

const dialog = document.querySelector("[data-sign-out]");
let signOutForm = null;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || new URL(form.action).pathname !== "/sign-out" || !window.indexedDB) return;
  event.preventDefault();
  signOutForm = form;
  const pages = await unsentPages().catch(() => []);
  if (!pages.length) return leave();
  const links = [...new Set(pages)].filter(Boolean).map((page, index) => {
    const link = document.createElement("a");
    link.href = page;
    link.textContent = `${dialog.dataset.open} ${new Intl.NumberFormat(document.documentElement.lang).format(index + 1)}`;
    const item = document.createElement("li");
    item.append(link);
    return item;
  });
  dialog.querySelector("ul").replaceChildren(...links);
  dialog.showModal();
});

dialog?.addEventListener("click", ({ target }) => {
  const act = target.closest("button")?.value;
  if (act === "stay") dialog.close();
  if (act === "discard") leave();
});

async function leave() {
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(DATABASE);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
  signOutForm.submit();
}

// The page on which each kept update was written; a page that an older editor did not note is empty.
function unsentPages() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE);
    opening.onerror = () => reject(opening.error);
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onsuccess = () => {
      const database = opening.result;
      const rows = database.transaction(STORE).objectStore(STORE).getAll();
      rows.onerror = () => reject(rows.error);
      rows.onsuccess = () => {
        database.close();
        resolve(rows.result.map((row) => row.page ?? ""));
      };
    };
  });
}
