// Types for the clipboard reader, which is plain JavaScript shared with the plain form.
// @ts-expect-error it is plain JavaScript
import { fromHtml as untyped } from "../../../static/dialect.js";

export interface ClipboardText {
  readonly text: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly inline: boolean;
  readonly blocks: number;
}

export const fromHtml = untyped as (html: string, before?: string) => ClipboardText;
