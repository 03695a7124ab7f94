// The input for a comment or reply. What was typed stays until the server accepted it.
import { ApiError } from "../sync/api-client.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import { createElement } from "../ui/dom.js";
import type { Reader } from "./comment-api.js";
import { MentionPicker } from "./mentions.js";

export type Scope = "all" | "organisation";

export interface DraftText {
  readonly body: string;
  readonly mentions: readonly string[];
  readonly scope: Scope;
}

export interface DraftInputOptions {
  readonly label: string;
  readonly submitLabel: string;
  readonly rows: number;
  /** Whether the user chooses the scope; else `scope` is fixed. */
  readonly choosesScope: boolean;
  readonly scope: Scope;
  readonly people: () => readonly Reader[];
  readonly onSubmit: (draft: DraftText) => Promise<void>;
  readonly onCancel?: () => void;
}

const MAX_LENGTH = 4000;
let inputCount = 0;

export class DraftInput {
  readonly dom = createElement("form", { class: "ed-box" });
  readonly field = createElement("textarea", { class: "in", dir: "auto", required: "" });
  private readonly mentions: MentionPicker;
  private readonly error = createElement("p", { class: "err", role: "alert" });
  private scope: Scope;
  private sending = false;

  constructor(
    private readonly bridge: EditorBridge,
    private readonly options: DraftInputOptions,
  ) {
    const { i18n } = bridge;
    inputCount += 1;
    const name = `ed-box${inputCount}`;
    this.scope = options.scope;
    this.field.id = name;
    this.field.rows = options.rows;
    this.field.maxLength = MAX_LENGTH;
    this.mentions = new MentionPicker(
      this.field,
      `${name}-names`,
      i18n.t("mention"),
      () => this.mentionable(),
      (count) => bridge.statusLine.announce(i18n.n("names", count)),
    );
    const buttons = createElement(
      "div",
      { class: "row" },
      createElement("button", { class: "btn btn--go" }, options.submitLabel),
    );
    if (options.onCancel) buttons.append(this.cancelButton(options.onCancel));
    this.dom.append(
      createElement("label", { for: name }, options.label),
      this.field,
      this.mentions.list,
      ...(options.choosesScope ? [this.scopeFieldset(name)] : []),
      this.error,
      buttons,
    );
    this.field.addEventListener("input", () => (this.error.textContent = ""));
    this.dom.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.dom.requestSubmit();
    });
    this.dom.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  get filled(): boolean {
    return this.field.value.trim() !== "";
  }

  private mentionable(): readonly Reader[] {
    const all = this.options.people();
    return this.scope === "organisation" ? all.filter((reader) => reader.own) : all;
  }

  private cancelButton(onCancel: () => void): HTMLElement {
    const button = createElement("button", { type: "button", class: "btn btn--quiet" }, this.bridge.i18n.t("cancel"));
    button.addEventListener("click", () => {
      this.clear();
      onCancel();
    });
    return button;
  }

  private scopeFieldset(name: string): HTMLElement {
    const { i18n } = this.bridge;
    const one = (scope: Scope) => {
      const input = createElement("input", { type: "radio", name: `${name}-scope`, value: scope });
      input.checked = scope === this.scope;
      return createElement("label", { class: "check" }, input, createElement("span", {}, i18n.t(`scope_${scope}`)));
    };
    const set = createElement(
      "fieldset",
      { class: "ed-scope" },
      createElement("legend", {}, i18n.t("scope")),
      one("all"),
      one("organisation"),
    );
    set.addEventListener("change", (event) => (this.scope = (event.target as HTMLInputElement).value as Scope));
    return set;
  }

  clear(): void {
    this.field.value = "";
    this.error.textContent = "";
    this.mentions.clear();
  }

  private async send(): Promise<void> {
    if (this.sending || !this.filled) return;
    this.setSending(true);
    this.error.textContent = "";
    try {
      await this.options.onSubmit({ body: this.field.value, mentions: this.mentions.people, scope: this.scope });
      this.clear();
    } catch (error) {
      this.error.textContent = (error instanceof ApiError && error.sentence) || this.bridge.i18n.t("not_sent");
    } finally {
      this.setSending(false);
    }
  }

  /** Make the field read only while sending: what is typed then would be lost. */
  private setSending(sending: boolean): void {
    this.sending = sending;
    this.field.readOnly = sending;
    this.dom.ariaBusy = String(sending);
  }
}
