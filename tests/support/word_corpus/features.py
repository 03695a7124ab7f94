"""The features of Word files: each function adds one to a file, and says what an import must give."""

from collections.abc import Callable, Mapping

from tests.support.word_corpus.file_builder import Expected, FileBuilder

BOLD = "<w:b/><w:bCs/>"


def direction(f: FileBuilder) -> Expected:
    """Words in `w:dir` and `w:bdo`, one inside of the other."""
    outer = '<w:dir w:val="rtl"><w:bdo w:val="ltr"><w:dir w:val="ltr">'
    f.add(
        f.say("قبل ", "before "),
        outer + f.run(f.say("داخل الوعاء", "inside")) + "</w:dir></w:bdo></w:dir>",
        f.say(" بعد", " after"),
    )
    note = f.note("footnote", f.say("شرح", "a remark"))
    f.add(f.say("الجملة", "The sentence"), f'<w:bdo w:val="rtl">{note}</w:bdo>', ".")
    return Expected(
        [
            f.say("قبل داخل الوعاء بعد", "before inside after"),
            f.say("الجملة[^1].", "The sentence[^1]."),
            f.say("شرح", "a remark"),
        ]
    )


def codes(f: FileBuilder) -> Expected:
    """Latin codes, dates and telephone numbers inside of a line."""
    line = f.say(
        "القرار A/RES/64/292 في 28 تموز، والهاتف +963 11 555 01 02.",
        "Resolution A/RES/64/292 of 28 July, telephone +963 11 555 01 02.",
    )
    f.add(line)
    return Expected([line])


def blanks(f: FileBuilder) -> Expected:
    """Blanks of a form, of several lengths."""
    long, short = "_" * 30, "_" * 5
    line = f.say(f"الاسم {long} الصفة: {short} التاريخ {short}", f"Name {long} Office: {short} Date {short}")
    f.add(line)
    f.add(f.say(f"الموقّع:{long}، في{short}.", f"Signed:{long}, at{short}."))
    f.add(long)
    return Expected([line])


def signs(f: FileBuilder) -> Expected:
    """Signs that the dialect would read as markup."""
    f.add(
        f.say(
            "نجمتان **هنا** و`رمز` و[قوس](هنا) و#وسم و~~خط~~",
            "Stars **here** and `code` and [bracket](here) and #tag ~~x~~",
        )
    )
    f.add("# " + f.say("ليس عنوانًا", "no heading"))
    f.add("> " + f.say("ليس اقتباسًا", "no quotation"))
    f.add("a * b * c, x_1, <i>, \\n, ***, [^9], {#id}")
    f.add("2026. " + f.say("كانت السنة", "was the year"))
    return Expected(["a * b * c, x_1"], notices=())


def numbered_headings(f: FileBuilder) -> Expected:
    """Automatic numbers of headings, with words in the label."""
    num = f.list(("decimal", f.say("المادة %1:", "Article %1:")))
    for arabic, english in (("في الماء", "On water"), ("في الأرض", "On land")):
        f.add(f.say(arabic, english), style="heading 2", num=(num, 0))
        f.add(f.say("نصّ المادة.", "The text."))
    return Expected(
        [f.say("المادة 1: في الماء", "Article 1: On water"), f.say("المادة 2: في الأرض", "Article 2: On land")]
    )


def multilevel(f: FileBuilder) -> Expected:
    """Labels of several levels, written out as words."""
    num = f.list(("decimal", "%1"), ("decimal", "%1.%2"), ("lowerRoman", "%1.%2.%3"), extra="<w:isLgl/>")
    f.add(f.say("مبادئ", "Principles"), style="heading 1", num=(num, 0))
    f.add(f.say("فقرة", "Paragraph"), num=(num, 1))
    f.add(f.say("ثانية", "Second"), num=(num, 1))
    f.add(f.say("داخلها", "Inside"), num=(num, 2))
    f.add(f.say("أهداف", "Aims"), style="heading 1", num=(num, 0))
    f.add(f.say("فقرة", "Paragraph"), num=(num, 1))
    return Expected([f.say("1 مبادئ", "1 Principles"), "1.1 ", "1.2 ", "1.2.1 ", f.say("2 أهداف", "2 Aims"), "2.1 "])


def ordered_list(f: FileBuilder) -> Expected:
    """A list with digits that is interrupted and goes on, and another that begins again."""
    num = f.list(("hindiNumbers" if f.rtl else "decimal", "%1."))
    again = f.num(1, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    items = f.say("أوّل ثانٍ ثالث رابع", "first second third fourth").split()
    f.add(items[0], num=(num, 0))
    f.add(items[1], num=(num, 0))
    f.add(f.say("وبعد ذلك:", "After that:"))
    f.add(items[2], num=(num, 0))
    f.add(items[3], num=(again, 0))
    return Expected([f"1. {items[0]}\n2. {items[1]}", f"3. {items[2]}", f"1) {items[3]}"])


def lettered_list(f: FileBuilder) -> Expected:
    """Letters that the text cites."""
    num = f.list(("arabicAbjad", "(%1)") if f.rtl else ("lowerLetter", "%1)"))
    for arabic, english in (("أن تُنشر", "to publish"), ("أن تُراجع", "to review"), ("أن تُعرض", "to show")):
        f.add(f.say(arabic, english), num=(num, 0))
    f.add(f.say("ولا يُخلّ البند (ب) بما سبق.", "Item (b) stands."))
    return Expected(
        [
            f.say("(أ) أن تُنشر", "(a) to publish"),
            f.say("(ب) أن تُراجع", "(b) to review"),
            f.say("(ج) أن", "(c) to"),
            f.say("البند (ب)", "Item (b)"),
        ]
    )


def nested_list(f: FileBuilder) -> Expected:
    """Bullets, digits and Roman numerals inside of one another; a second paragraph of an item."""
    num = f.list(("decimal", "%1."), ("lowerRoman", "(%2)"), ("bullet", "•"))
    f.add(f.say("خارج", "outer"), num=(num, 0))
    f.add(f.say("وسط", "middle"), num=(num, 1))
    f.add(f.say("داخل", "inner"), num=(num, 2))
    f.add(f.say("تتمّة الداخل", "more of the inner"), ppr='<w:ind w:left="2160"/>')
    f.add(f.say("آخر", "last"), num=(num, 0))
    return Expected(
        [
            f.say("1. خارج", "1. outer"),
            "   (i) ",
            f.say("       - داخل\n\n         تتمّة الداخل", "       - inner\n\n         more of the inner"),
            f.say("2. آخر", "2. last"),
        ]
    )


def style_list(f: FileBuilder) -> Expected:
    """A list whose numbers come from a style, by a link."""
    num = f.list(("upperLetter", "%1."))
    f.styles = (
        '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/>'
        f'<w:pPr><w:numPr><w:numId w:val="{num}"/></w:numPr></w:pPr></w:style>'
    )
    for words in f.say("نصّ وبيان", "words more").split():
        f.body.append(f.paragraph(words).replace("<w:pPr>", '<w:pPr><w:pStyle w:val="Clause"/>', 1))
    return Expected(["(A) ", "(B) "])


def captions(f: FileBuilder) -> Expected:
    """Captions with numbers in simple or complex fields."""
    f.add(f.say("جدول ", "Table "), f.field("SEQ Table", "3"), f.say(": المقاعد", ": seats"), style="caption")
    f.body.append(f.table([f.say("محافظة", "governorate"), f.say("عدد", "number")], [f.say("حمص", "Homs"), "12"]))
    f.add(f.say("حُرّر في ", "Done on "), f.field("DATE", f.say("12 آذار", "12 March")), ".")
    return Expected([f.say("جدول 3: المقاعد", "Table 3: seats"), f.say("حُرّر في 12 آذار.", "Done on 12 March.")])


def definitions(f: FileBuilder) -> Expected:
    """Terms and their definitions."""
    f.add(f.say("المجلس", "Council"), style="Definition Term")
    f.add(f.say("هيئة منتخبة", "An elected body"), style="Definition")
    return Expected([f.say("المجلس", "Council"), f.say("هيئة منتخبة", "An elected body")])


def merged_cells(f: FileBuilder) -> Expected:
    """Cells merged across columns and rows."""
    wide = f.cell(f.say("عريض", "wide"), props='<w:gridSpan w:val="2"/>')
    tall = f.cell(f.say("طويل", "tall"), props='<w:vMerge w:val="restart"/>')
    below = f.cell(props="<w:vMerge/>")
    f.body.append(f.table(["r1", wide, "r2"], [tall, "b", "c", "d"], [below, "e", "f", "g"]))
    rows = [
        f.say("| r1 | عريض |  | r2 |", "| r1 | wide |  | r2 |"),
        f.say("| طويل | b | c | d |", "| tall | b | c | d |"),
        "|  | e | f | g |",
    ]
    return Expected(rows, notices=(("merged_cells", 2),))


def nested_tables(f: FileBuilder) -> Expected:
    """A table and a list inside of a cell."""
    num = f.list(("decimal", "%1."))
    inner = f.table([f.say("داخل", "inner"), "x"], ["y", "z"])
    listed = f.cell(
        f.paragraph(f.say("بند", "point"), num=(num, 0)), f.paragraph(f.say("آخر", "another"), num=(num, 0))
    )
    f.body.append(f.table(["A", "B"], [f.cell(f.say("قبل", "before"), inner, "<w:p/>"), listed]))
    noticed = (("nested_tables", 1), ("cell_lists", 1))
    return Expected(
        [f.say("قبل داخل، x؛ y، z", "before inner, x; y, z"), f.say("1. بند 2. آخر", "1. point 2. another")],
        notices=noticed,
    )


def hidden(f: FileBuilder) -> Expected:
    """Hidden text."""
    f.add(f.say("ظاهر ", "shown "), f.run(f.say("مخفيّ", "secret"), "<w:vanish/>"), f.say("دائمًا", "always"))
    return Expected([f.say("ظاهر دائمًا", "shown always")], gone=[f.say("مخفيّ", "secret")], notices=(("hidden", 1),))


def titles(f: FileBuilder) -> Expected:
    """Titles before the text and inside of it."""
    f.add(f.say("عنوان الورقة", "Title of the paper"), style="Title")
    f.add(f.say("كاتبها", "Its author"), style="Author")
    f.add(f.say("ملخّص مهمّ", "An important summary"), style="Abstract")
    f.add(f.say("متن", "Body"))
    f.add(f.say("القسم الثاني", "Section Two"), style="Title")
    f.add(f.say("عنوان فرعيّ", "A subtitle"), style="Subtitle")
    f.add(f.say("ختام", "End"))
    return Expected(
        [
            f.say("ملخّص مهمّ", "An important summary"),
            f.say("القسم الثاني", "Section Two"),
            f.say("عنوان فرعيّ", "A subtitle"),
        ],
        notices=(("matter", 2),),
    )


def controls(f: FileBuilder) -> Expected:
    """Control characters."""
    f.add(f.say("كل\u007fمة", "wo\u007frd"))
    return Expected([f.say("كلمة", "word")], notices=(("controls", 1),))


def text_boxes(f: FileBuilder) -> Expected:
    """Text boxes, in alternatives or not."""
    f.add(
        f.say("قبل المربّع", "before the box"),
        f.box(f.say("بند في المربّع", "words in the box"), f.say("وثانٍ", "and more")),
    )
    f.add(f.say("بعده", "after it"))
    return Expected(
        [f.say("> بند في المربّع\n>\n> وثانٍ", "> words in the box\n>\n> and more"), f.say("بعده", "after it")],
        notices=(("text_boxes", 1),),
    )


def raised(f: FileBuilder) -> Expected:
    """Raised and lowered digits and letters."""
    up, down = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    f.add(f.run("10"), f.run("6", up), f.run(" H"), f.run("2", down))
    f.add(f.run("1"), f.run("st", up))
    return Expected(["10⁶ H₂", "1st"], notices=(("raised", 1),))


def struck(f: FileBuilder) -> Expected:
    """Crossed-out words, noticed apart from underlined ones."""
    f.add(f.run("a "), f.run("not", "<w:strike/>"), f.run(" b", '<w:u w:val="single"/>'))
    f.add(f.say("تتمّة", "more"))
    return Expected(["a not b"], notices=(("struck", 1), ("formatting", 1)))


def running_words(f: FileBuilder) -> Expected:
    """Headers and footers."""
    f.parts["header"] = f.paragraph(f.say("سرّي", "confidential"))
    f.parts["footer"] = f.paragraph(f.field("PAGE", "4"))
    f.add(f.say("متن", "Body"))
    return Expected([f.say("متن", "Body")], gone=[f.say("سرّي", "confidential")], notices=(("running_words", 1),))


def changes(f: FileBuilder) -> Expected:
    """Insertions, deletions, moves, a deleted end of a paragraph, and comments."""
    new = f'<w:ins w:id="1">{f.run(f.say("جديد", "new"))}</w:ins>'
    old = f'<w:del w:id="2"><w:r><w:delText>{f.say("محذوف", "deleted")}</w:delText></w:r></w:del>'
    moved = f'<w:moveTo w:id="3">{f.run(f.say(" منقول", " moved"))}</w:moveTo>'
    f.add(f.say("نصّ ", "text "), new, old, moved, '<w:r><w:commentReference w:id="0"/></w:r>')
    f.body.append(f.paragraph(f.say("نصف ", "half "), mark='<w:rPr><w:del w:id="4"/></w:rPr>'))
    f.add(f.say("ونصف", "and half"))
    return Expected(
        [f.say("نصّ جديد منقول", "text new moved"), f.say("نصف ونصف", "half and half")],
        gone=[f.say("محذوف", "deleted")],
        notices=(("changes", 3), ("comments", 1)),
    )


def bold_articles(f: FileBuilder) -> Expected:
    """Articles in bold, as people type them."""
    lines = f.say(
        "المادة (1)|المادّة 4 - في الماء|المادة ٥: في الأرض", "Article (1)|ARTICLE 4 - On water|Article 5: On land"
    ).split("|")
    for line in lines:
        f.add(f.run(line, BOLD))
        f.add(f.say("نصّها.", "Its text."))
    return Expected([f"## {line}" for line in lines], notices=(("headings_guessed", 3),))


def notes(f: FileBuilder) -> Expected:
    """Footnotes and endnotes, in a heading, in a cell, with two paragraphs."""
    f.add(f.say("عنوان", "Heading"), f.note("footnote", f.say("في العنوان", "in the heading")), style="heading 1")
    f.add(f.say("كلمة", "word"), f.note("endnote", f.say("في النهاية", "at the end"), f.say("وفقرة", "and more")), ".")
    f.body.append(
        f.table(["A", "B"], [f.cell(f.paragraph("c", f.note("footnote", f.say("في الخلية", "in the cell")))), "d"])
    )
    return Expected(
        [
            f.say("عنوان[^1]", "Heading[^1]"),
            f.say("كلمة[^2].", "word[^2]."),
            "| c[^3] | d |",
            f.say("[^1]: في العنوان", "[^1]: in the heading"),
            f.say("[^2]: في النهاية\n\n    وفقرة", "[^2]: at the end\n\n    and more"),
            f.say("[^3]: في الخلية", "[^3]: in the cell"),
        ]
    )


def links(f: FileBuilder) -> Expected:
    """Links, as elements and as fields."""
    f.links["rIdL"] = "https://example.org/a"
    f.add(f.say("انظر ", "See "), f'<w:hyperlink r:id="rIdL">{f.run(f.say("الموقع", "the site"))}</w:hyperlink>', ".")
    code = 'HYPERLINK "https://example.org/b"'
    parts = ('<w:fldChar w:fldCharType="begin"/>', f"<w:instrText>{code}</w:instrText>")
    begin = "".join(f"<w:r>{one}</w:r>" for one in (*parts, '<w:fldChar w:fldCharType="separate"/>'))
    f.add(begin, f.run(f.say("آخر", "another")), '<w:r><w:fldChar w:fldCharType="end"/></w:r>', f.say(" هنا", " here"))
    return Expected(
        [
            f.say("[الموقع](https://example.org/a)", "[the site](https://example.org/a)"),
            f.say("[آخر](https://example.org/b)", "[another](https://example.org/b)"),
        ]
    )


def contents(f: FileBuilder) -> Expected:
    """A table of contents."""
    f.add(f.say("تمهيد\t1", "Preamble\t1"), style="toc 1")
    f.add(f.say("تمهيد", "Preamble"), style="heading 1")
    f.add(f.say("نصّ", "Text"))
    return Expected([f.say("## تمهيد", "## Preamble")], notices=(("contents", 1),))


def emphasis(f: FileBuilder) -> Expected:
    """Bold and italics, next to each other and to letters."""
    f.add(
        f.say("قال ", "He said "),
        f.run(f.say("نعم", "yes"), BOLD),
        f.say(" ثم ", " then "),
        f.run(f.say("لا", "no"), "<w:i/><w:iCs/>"),
        ".",
    )
    return Expected([f.say("قال **نعم** ثم *لا*.", "He said **yes** then *no*.")])


def breaks(f: FileBuilder) -> Expected:
    """Line breaks, tabs, symbols, no-break hyphens."""
    f.add(
        f.say("سطر", "line"),
        "<w:r><w:br/></w:r>",
        f.say("آخر", "other"),
        "<w:r><w:tab/></w:r>",
        f.say("عمود", "column"),
    )
    f.add(
        f.say("مربّع", "box"),
        '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        "<w:r><w:noBreakHyphen/></w:r>",
        "x",
    )
    return Expected([f.say("سطر\nآخر عمود", "line\nother column"), f.say("مربّع✓\u2011x", "box✓\u2011x")])


def frames(f: FileBuilder) -> Expected:
    """A table of one cell round paragraphs."""
    f.body.append(f.table([f.cell(f.say("أولى", "first"), f.say("ثانية", "second"))]))
    return Expected([f.say("أولى\n\nثانية", "first\n\nsecond")], notices=(("frames", 1),))


def forms(f: FileBuilder) -> Expected:
    """Content controls round text, paragraphs and cells; an equation."""
    f.body.append(f"<w:sdt><w:sdtContent>{f.paragraph(f.say('في حقل', 'in a control'))}</w:sdtContent></w:sdt>")
    f.body.append(f.table([f"<w:tc><w:sdt><w:sdtContent>{f.paragraph('k')}</w:sdtContent></w:sdt></w:tc>", "v"]))
    f.add(f.say("حيث ", "where "), "<m:oMath><m:r><m:t>x+y</m:t></m:r></m:oMath>")
    return Expected([f.say("في حقل", "in a control"), "| k | v |", "x+y"], notices=(("equations", 1),))


FEATURES: Mapping[str, Callable[[FileBuilder], Expected]] = {
    each.__name__: each
    for each in (
        direction, codes, blanks, signs, numbered_headings, multilevel, ordered_list, lettered_list, nested_list,
        style_list, captions, definitions, merged_cells, nested_tables, hidden, titles, controls, text_boxes, raised,
        struck, running_words, changes, bold_articles, notes, links, contents, emphasis, breaks, frames, forms,
    )
}  # fmt: skip
