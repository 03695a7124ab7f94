// Tools that do not fit in one row wait in further rows, which the button "More tools" opens. A tool that receives the
// focus by the keyboard opens them too.
export class ToolOverflow {
  private readonly row: HTMLElement;
  private readonly button: HTMLElement;

  constructor(private readonly bar: HTMLElement) {
    this.row = bar.querySelector("[data-part=row]") as HTMLElement;
    this.button = bar.querySelector("[data-act=more]") as HTMLElement;
    new ResizeObserver(() => this.measure()).observe(this.row);
    bar.addEventListener("mousedown", (event) => {
      // The focus stays in the text, so that a phone keeps its keyboard open.
      if ((event.target as Element).closest("button")) event.preventDefault();
    });
    bar.addEventListener("focusin", ({ target }) => this.isOutside(target as HTMLElement) && this.set(true));
    bar.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isOpen) return;
      event.stopPropagation();
      this.set(false);
      this.button.focus();
    });
    document.addEventListener("pointerdown", ({ target }) => bar.contains(target as Node) || this.set(false));
  }

  toggle(): void {
    this.set(!this.isOpen);
  }

  close(): void {
    this.set(false);
  }

  private get isOpen(): boolean {
    return this.button.ariaExpanded === "true";
  }

  private set(open: boolean): void {
    this.bar.classList.toggle("is-open", open);
    this.button.setAttribute("aria-expanded", String(open));
  }

  private isOutside(tool: HTMLElement): boolean {
    return this.row.contains(tool) && tool.offsetTop >= this.row.offsetTop + this.row.clientHeight;
  }

  /** The button keeps its place where all tools fit, so that its own width never decides. */
  private measure(): void {
    if (this.isOpen) return;
    this.button.classList.toggle("is-idle", this.row.scrollHeight <= this.row.clientHeight + 1);
  }
}
