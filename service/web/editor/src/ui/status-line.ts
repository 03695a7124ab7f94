// Notifications: an ARIA live region for screen readers, and a status line that disappears and may offer actions.
const SHOWN_FOR = 20_000;

export function requirePagePart(root: HTMLElement, name: string): HTMLElement {
  const selector = `[data-part=${name}]`;
  const part = root.querySelector<HTMLElement>(selector) ?? document.querySelector<HTMLElement>(selector);
  if (!part) throw new Error(`the page has no ${name}`);
  return part;
}

export class StatusLine {
  private hideTimer = 0;

  constructor(private readonly root: HTMLElement) {}

  announce(text: string): void {
    requirePagePart(this.root, "told").textContent = text;
  }

  show(text: string, actions: readonly (readonly [string, () => void])[]): void {
    const line = requirePagePart(this.root, "news");
    const message = document.createElement("p");
    message.textContent = text;
    const buttons = actions.map(([name, action]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--quiet";
      button.textContent = name;
      button.addEventListener("click", () => {
        action();
        line.replaceChildren();
      });
      return button;
    });
    line.replaceChildren(message, ...buttons);
    clearTimeout(this.hideTimer);
    this.hideTimer = window.setTimeout(() => line.replaceChildren(), SHOWN_FOR);
  }
}
