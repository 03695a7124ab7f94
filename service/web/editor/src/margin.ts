// Entry point of margin.js: the panels beside the text (authorship, comments, suggested changes), loaded after the text is on screen.

import { Authorship } from "./authorship/authorship.js";
import { CommentPanel } from "./comments/comment-panel.js";
import type { DraftEditor } from "./editing/editor.js";
import { SuggestionPanel } from "./suggesting/suggestion-panel.js";
import type { Replica } from "./sync/replica.js";
import type { EditorBridge, MarginApi } from "./ui/bundle-bridge.js";
import { requirePart } from "./ui/dom.js";
import { requirePagePart } from "./ui/status-line.js";

export const createMargin = (bridge: EditorBridge): MarginApi => new Margin(bridge);

class Margin implements MarginApi {
  private readonly authorship: Authorship;
  private readonly comments: CommentPanel;
  private readonly suggestions: SuggestionPanel;
  private readonly openPanels = new Set<string>();
  private editor: DraftEditor | null = null;

  constructor(private readonly bridge: EditorBridge) {
    this.authorship = new Authorship(bridge, (on) => this.onToggle("who", on));
    this.comments = new CommentPanel(bridge, (on) => this.onToggle("comments", on));
    this.suggestions = new SuggestionPanel(bridge, (on) => this.onToggle("suggestions", on));
  }

  attach(editor: DraftEditor, replica: Replica): void {
    if (editor === this.editor) return;
    this.editor = editor;
    this.authorship.attach(editor, replica);
    this.comments.attach(editor, replica);
    this.suggestions.attach(editor);
  }

  runTool(tool: string): void {
    if (tool === "who") this.authorship.toggle();
    if (tool === "comment") this.comments.startComment();
    if (tool === "comments") this.comments.toggle();
    if (tool === "suggestions") this.suggestions.toggle();
  }

  reloadComments(): void {
    this.comments.reload();
  }

  close(): void {
    if (this.openPanels.has("who")) this.authorship.toggle();
    if (this.openPanels.has("comments")) this.comments.toggle();
    if (this.openPanels.has("suggestions")) this.suggestions.toggle();
  }

  onStatus(): void {
    this.comments.onStatus(this.bridge.room.status);
    this.suggestions.onStatus(this.bridge.room.status);
  }

  /** The column is visible while a panel is open in it. */
  private onToggle(panel: string, on: boolean): void {
    if (on) this.openPanels.add(panel);
    else this.openPanels.delete(panel);
    const { root } = this.bridge;
    const tools = requirePagePart(root, "tools");
    const beside = tools.querySelector<HTMLElement>("[data-act=beside]");
    if (on && beside?.ariaPressed === "true") beside.click();
    requirePart(root, "margin").hidden = !this.openPanels.size;
    requirePart(root, "notes").hidden = !this.openPanels.has("comments");
    document.body.classList.toggle("is-margined", this.openPanels.size > 0);
    tools.querySelector(`[data-act=${panel}]`)?.setAttribute("aria-pressed", String(on));
    this.editor?.view.requestMeasure();
  }
}
