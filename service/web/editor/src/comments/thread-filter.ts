// Which threads are looked at.
import type { Thread } from "./comment-api.js";

export type Filter = "open" | "mine" | "asked" | "settled";

export function isWanted({ head, said }: Thread, filter: Filter, me: string): boolean {
  if (filter === "mine") return said.some((one) => one.by.person === me);
  if (filter === "asked") return said.some((one) => one.mentions.includes(me));
  return head.state === filter;
}
