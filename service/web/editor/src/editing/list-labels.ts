// Types for the labels of list items, which are plain JavaScript shared with the plain form.
// @ts-expect-error it is plain JavaScript
import * as untyped from "../../../static/list-labels.js";

export type ListStyle = "decimal" | "abjad" | "lower-alpha" | "upper-alpha" | "lower-roman" | "upper-roman";
type Reading = readonly [style: ListStyle, number: number];

export const letterLabel = untyped.letterLabel as (number: number, style: ListStyle) => string;
export const readLabel = untyped.readLabel as (label: string) => readonly Reading[];
export const isLabel = untyped.isLabel as (label: string, number: number, style: ListStyle) => boolean;
export const printedLabel = untyped.printedLabel as (
  number: number,
  style: ListStyle,
  rtl: boolean,
  shown?: (number: number) => string,
) => string;
