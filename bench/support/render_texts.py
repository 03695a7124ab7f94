"""Deterministic texts for benchmarks, made of sentences written for them."""

from itertools import cycle, islice

CONSTITUTION_WORDS = 20_000
"""Minimum number of words of the constitution."""

STATEMENT_OPENING = """نحن، المنظمات الموقّعة، نكتب إلى كلّ من يعنيه أن يُكتب دستور البلاد في الضوء.

"""
DEMANDS = (
    "تُنشر مسودات النصوص كاملةً قبل ستين يومًا على الأقل من أيّ تصويت عليها، بالعربية وباللغات المحكيّة في البلاد.",
    "تُعقد جلسات استماع علنية في المحافظات وفي بلدان اللجوء، ويُردّ كتابةً على ما يُقدَّم فيها من مقترحات.",
    "لا تقلّ مشاركة النساء في الهيئة ولجانها عن أربعين في المئة، وتُعلن أسماء الأعضاء ومصالحهم.",
    "تُسمع عائلات المفقودين والناجيات والناجون قبل إقرار أيّ حكم في العدالة الانتقالية (A/RES/77/301).",
)
CLAUSES = (
    "The state shall protect the dignity of every person, and no law shall take from it.",
    "A law shall govern the details and shall be published sixty days before it takes effect.",
    "Whoever holds public office shall declare what they own, and the declaration shall be open to all.",
    "No one shall be held without a written order of a court, which shall be shown to them at once.",
    "Every language spoken in the country belongs to its heritage, and the state shall teach those who ask.",
    "Courts are bound by the constitution alone, and no authority may give them instructions.",
    "The budget shall be read in public, article by article, before it is put to the vote.",
    "Local councils shall be elected freely, and what they decide shall be reviewed by courts only.",
)


def statement() -> str:
    """Return a statement of about 550 words in Arabic: two pages."""
    parts = [STATEMENT_OPENING]
    for article, demand in enumerate(islice(cycle(DEMANDS), 8), 1):
        parts.append(f"## المادة {article} {{#a{article}}}\n\n{demand} {DEMANDS[article % 4]}\n\n")
        parts.append(f"1. {DEMANDS[(article + 1) % 4]}\n2. انظر [](#a1).[^n{article}]\n\n[^n{article}]: {demand}\n\n")
    return "".join(parts)


def constitution() -> str:
    """Return a constitution in parts and articles, of at least CONSTITUTION_WORDS words."""
    clauses, parts, article, count = cycle(CLAUSES), [], 0, 0
    while count < CONSTITUTION_WORDS:
        if article % 10 == 0:
            parts.append(f"# Part {article // 10 + 1}\n\n")
        article += 1
        body = " ".join(islice(clauses, 5))
        items = "".join(f"{number}. {clause}\n" for number, clause in enumerate(islice(clauses, 3), 1))
        parts.append(f"## Article {article} {{#a{article}}}\n\n{body} See [](#a1).\n\n{items}\n")
        count += len(parts[-1].split())
    return "".join(parts)
