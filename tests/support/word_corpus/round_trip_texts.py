"""Texts with every construct of the dialect, in the form in which an import writes it, in Arabic and English."""

from collections.abc import Mapping

_ARABIC: Mapping[str, str] = {
    "قوائم متداخلة": """\
تلتزم الأطراف بما يأتي:

1. نشر الموازنة:
   1. كلّ سنة
   2. بلغة الناس
      - مطبوعة
      - ومسموعة
2. مراجعتها
   (أ) في المجلس
   (ب) وفي الحيّ

ولا يُخلّ البند (ب) بما سبق.

3. عرضها على الناس
4. حفظها
""",
    "حروف": """\
(أ) أوّل
(ب) ثانٍ
    1. داخل الحرف
    2. وثانٍ
(ج) ثالث

(i) روماني
(ii) وثانٍ

(A) لاتيني
(B) وثانٍ
""",
    "فقرات في البنود": """\
- نقطة أولى

  فقرة ثانية فيها.

  > اقتباس داخل النقطة.
  >
  > وفقرة ثانية منه.

- نقطة ثانية

1. بند

   فقرة ثانية في البند.

2. بند ثانٍ
""",
    "اقتباسات": """\
> ليس لي قبر أزوره.
> أعطوني الحقيقة.

قالت ذلك:

> 1. أوّلًا
> 2. ثانيًا
>
> ثم سكتت.
""",
    "تشديد": """\
قال *بتشديد* و**بقوّة** و***معًا*** و**قويّ *ومشدّد* معه** و*مشدّد **وقويّ** معه*.

وقال **«نعم»** ثم `رمز` وA/RES/64/292.
""",
    "عناوين": """\
## الباب الأول {#first}

### المادة 1: في الماء {#water}

نصّ. وانظر [](#land) و[هنا](#first) ولـ[](#water).

### المادة ٢: في الأرض[^1] {#land}

نصّ آخر.

## الباب الثاني

خاتمة.

[^1]: حاشية في العنوان.
""",
    "حواشٍ": """\
كلمة[^law] وأخرى[^2] وعادت[^law].

[^law]: قانون *مهمّ*.

    وفقرة ثانية.

[^2]: غيره، في [الموقع](https://example.org/a).
""",
    "صكوك": """\
يُحترم الحقّ[](ref:iccpr-25) وغيره[](ref:cedaw)، ويُحترم ثانيةً[](ref:iccpr-25).
""",
    "اتجاهات": """\
قرار [A/RES/77/301]{dir=ltr} و[14-B]{dir=ltr} ثم [Hôtel]{lang=fr} و[Article 5]{dir=ltr lang=en}، والهاتف +963 11 555.
""",
    "جداول": """\
| المحافظة | العدد | الملاحظة |
| --- | :---: | ---: |
| حمص | 12 | **قوي**[^1] |
| حلب |  | أ\\|ب و[](#t) |

## عنوان {#t}

نصّ.

[^1]: في الخلية.
""",
    "رموز": """\
```
سطر
  وسطر
```

نصّ فيه `a*b`.

---

وبعد الفاصل سطر
وسطر.
""",
    "علامات": """\
الاسم ________ والتاريخ: \\_\\_\\_\\_\\_، و5 * 3، و\\*نجمة\\*، و[قوس]، و\\[قوس](هنا).

\\# ليس عنوانًا

\\> ليس اقتباسًا

١\\- ليس بندًا

1\\. ولا هذا
\\- ولا هذا

\\(أ) ولا هذا
""",
    "روابط": """\
انظر [الموقع](https://example.org/a?b=c&d=e) ثم **[قويًّا](https://example.org/)**
واكتب إلى [البريد](mailto:a@example.org).
""",
    "قائمة واسعة": """\
1. أوّل

2. ثانٍ

   - داخل

   - وثانٍ

3. ثالث
""",
    "ترقيم": """\
5. خامس
6. سادس

فاصل.

1. أوّل

1) قائمة أخرى
2) وثانٍ
""",
}  # fmt: skip

_WORDS = (
    ("(ج)", "(c)"), ("(ب)", "(b)"), ("(أ)", "(a)"), ("قال", "said"), ("المادة 1", "Article 1"),
    ("المادة ٢", "Article 2"), ("ولـ[](#water)", "to [](#water)"),
)  # fmt: skip


_LETTERS = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغءآؤإئةىاًٌٍَُِّْ"
_LATIN = "abgdhwzxtyklmnscfsqrshvxzdzgqaweyteauninaiuso"


def _english(text: str) -> str:
    """Return the English twin of an Arabic text: Latin words in the place of Arabic ones."""
    for arabic, english in _WORDS:
        text = text.replace(arabic, english)
    for arabic, latin in zip(_LETTERS, _LATIN, strict=False):
        text = text.replace(arabic, latin)
    for arabic, latin in zip("؛،؟«»", ";,?“”", strict=True):
        text = text.replace(arabic, latin)
    return text


TEXTS: Mapping[tuple[str, str], str] = {("ar", name): text for name, text in _ARABIC.items()} | {
    ("en", name): _english(text) for name, text in _ARABIC.items()
}
"""(language, name) → text."""
