import { expect, test } from "vitest";

import { I18n } from "./i18n.js";

const messages = {
  says: { saved: "محفوظ", by: "كتبه {name} في {place}" },
  counts: {
    words: {
      zero: "لا كلمات",
      one: "كلمة",
      two: "كلمتان",
      few: "{count} كلمات",
      many: "{count} كلمة",
      other: "{count} كلمة",
    },
    found: { other: "{count} من {name}" },
  },
};
const arabic = new I18n(messages, "ar", "arab");

test("a message with values; unknown placeholders stay", () => {
  expect(arabic.t("saved")).toBe("محفوظ");
  expect(arabic.t("by", { name: "ليلى" })).toBe("كتبه ليلى في {place}");
});

test("a message that is missing shows its id", () => {
  expect([arabic.t("missing"), arabic.n("missing", 3)]).toEqual(["missing", "missing"]);
});

test.each([
  [0, "لا كلمات"],
  [1, "كلمة"],
  [2, "كلمتان"],
  [3, "٣ كلمات"],
  [11, "١١ كلمة"],
  [100, "١٠٠ كلمة"],
])("%i in Arabic", (count, text) => {
  expect(arabic.n("words", count)).toBe(text);
});

test("where a form is missing the general one stands", () => {
  expect(arabic.n("found", 2, { name: "🙂" })).toBe("٢ من 🙂");
});

test("numbers and lists in the page's language", () => {
  expect(arabic.formatNumber(1234)).toBe("١٬٢٣٤");
  expect(arabic.formatList(["أ", "ب"])).toBe("أ وب");
  expect(new I18n(messages, "en", "latn").formatList(["a", "b", "c"])).toBe("a, b, and c");
});
