// Types for the reader of plain text, which is plain JavaScript shared with the plain form.
// @ts-expect-error it is plain JavaScript
import * as untyped from "../../../static/plain-text.js";

export interface PlainText {
  readonly text: string;
  readonly counts: Readonly<Record<string, number>>;
  /** The number of lines that name an article. */
  readonly articles: number;
}

export const fromPlain = untyped.fromPlain as (plain: string, into?: { before?: string; title?: string }) => PlainText;
export const withArticleHeadings = untyped.withArticleHeadings as (text: string, before?: string) => string;
