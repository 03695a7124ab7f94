// What the page says besides the text: quietly to whoever listens, and in a line that passes and offers the way back.
const PASSING = 20_000;

export function part(place: HTMLElement, name: string): HTMLElement {
  const sought = `[data-part=${name}]`;
  const found = place.querySelector<HTMLElement>(sought) ?? document.querySelector<HTMLElement>(sought);
  if (!found) throw new Error(`the page has no ${name}`);
  return found;
}

export class News {
  private passing = 0;

  constructor(private readonly place: HTMLElement) {}

  speak(words: string): void {
    part(this.place, "told").textContent = words;
  }

  tell(words: string, ways: readonly (readonly [string, () => void])[]): void {
    const line = part(this.place, "news");
    const said = document.createElement("p");
    said.textContent = words;
    const buttons = ways.map(([name, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--quiet";
      button.textContent = name;
      button.addEventListener("click", () => {
        act();
        line.replaceChildren();
      });
      return button;
    });
    line.replaceChildren(said, ...buttons);
    clearTimeout(this.passing);
    this.passing = window.setTimeout(() => line.replaceChildren(), PASSING);
  }
}
