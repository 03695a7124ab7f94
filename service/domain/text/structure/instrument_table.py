"""Table of the international instruments that a text may cite, with official titles in Arabic and English.

The symbol is that of the United Nations, or the position in its Treaty Series (volume UNTS page). Additional protocols
to the Geneva Conventions, the convention on anti-personnel mines, conventions 98, 111 and 169 of the International
Labour Organization, and others whose Arabic title has more than one form in official use, are not included.
"""

from collections.abc import Mapping

# fmt: off
TREATIES: tuple[tuple[str, str, int, str, str], ...] = (
    ("un-charter", "1 UNTS XVI", 111,
     "ميثاق الأمم المتحدة",
     "Charter of the United Nations"),
    ("udhr", "A/RES/217(III)A", 30,
     "الإعلان العالمي لحقوق الإنسان",
     "Universal Declaration of Human Rights"),
    ("iccpr", "A/RES/2200(XXI)A", 53,
     "العهد الدولي الخاص بالحقوق المدنية والسياسية",
     "International Covenant on Civil and Political Rights"),
    ("icescr", "A/RES/2200(XXI)A", 31,
     "العهد الدولي الخاص بالحقوق الاقتصادية والاجتماعية والثقافية",
     "International Covenant on Economic, Social and Cultural Rights"),
    ("cerd", "A/RES/2106(XX)", 25,
     "الاتفاقية الدولية للقضاء على جميع أشكال التمييز العنصري",
     "International Convention on the Elimination of All Forms of Racial Discrimination"),
    ("cedaw", "A/RES/34/180", 30,
     "اتفاقية القضاء على جميع أشكال التمييز ضد المرأة",
     "Convention on the Elimination of All Forms of Discrimination against Women"),
    ("cedaw-op", "A/RES/54/4", 21,
     "البروتوكول الاختياري لاتفاقية القضاء على جميع أشكال التمييز ضد المرأة",
     "Optional Protocol to the Convention on the Elimination of All Forms of Discrimination against Women"),
    ("cat", "A/RES/39/46", 33,
     "اتفاقية مناهضة التعذيب وغيره من ضروب المعاملة أو العقوبة القاسية أو اللاإنسانية أو المهينة",
     "Convention against Torture and Other Cruel, Inhuman or Degrading Treatment or Punishment"),
    ("cat-op", "A/RES/57/199", 37,
     "البروتوكول الاختياري لاتفاقية مناهضة التعذيب وغيره من ضروب المعاملة أو العقوبة القاسية أو اللاإنسانية أو المهينة",
     ("Optional Protocol to the Convention against Torture and Other Cruel, Inhuman or Degrading Treatment "
      "or Punishment")),
    ("crc", "A/RES/44/25", 54,
     "اتفاقية حقوق الطفل",
     "Convention on the Rights of the Child"),
    ("crc-ac", "A/RES/54/263", 13,
     "البروتوكول الاختياري لاتفاقية حقوق الطفل بشأن اشتراك الأطفال في المنازعات المسلحة",
     "Optional Protocol to the Convention on the Rights of the Child on the involvement of children in armed conflict"),
    ("crc-sc", "A/RES/54/263", 17,
     "البروتوكول الاختياري لاتفاقية حقوق الطفل بشأن بيع الأطفال واستغلال الأطفال في البغاء وفي المواد الإباحية",
     ("Optional Protocol to the Convention on the Rights of the Child on the sale of children, child prostitution "
      "and child pornography")),
    ("icrmw", "A/RES/45/158", 93,
     "الاتفاقية الدولية لحماية حقوق جميع العمال المهاجرين وأفراد أسرهم",
     "International Convention on the Protection of the Rights of All Migrant Workers and Members of Their Families"),
    ("crpd", "A/RES/61/106", 50,
     "اتفاقية حقوق الأشخاص ذوي الإعاقة",
     "Convention on the Rights of Persons with Disabilities"),
    ("icpped", "A/RES/61/177", 45,
     "الاتفاقية الدولية لحماية جميع الأشخاص من الاختفاء القسري",
     "International Convention for the Protection of All Persons from Enforced Disappearance"),
    ("genocide", "A/RES/260(III)A", 19,
     "اتفاقية منع جريمة الإبادة الجماعية والمعاقبة عليها",
     "Convention on the Prevention and Punishment of the Crime of Genocide"),
    ("refugees", "189 UNTS 137", 46,
     "الاتفاقية الخاصة بوضع اللاجئين",
     "Convention relating to the Status of Refugees"),
    ("refugees-p", "606 UNTS 267", 11,
     "البروتوكول الخاص بوضع اللاجئين",
     "Protocol relating to the Status of Refugees"),
    ("stateless", "360 UNTS 117", 42,
     "الاتفاقية الخاصة بوضع الأشخاص عديمي الجنسية",
     "Convention relating to the Status of Stateless Persons"),
    ("gc1", "75 UNTS 31", 64,
     "اتفاقية جنيف (الأولى) لتحسين حال الجرحى والمرضى بالقوات المسلحة في الميدان المؤرخة في 12 آب/أغسطس 1949",
     ("Geneva Convention for the Amelioration of the Condition of the Wounded and Sick in Armed Forces in the Field "
      "of 12 August 1949")),
    ("gc2", "75 UNTS 85", 63,
     "اتفاقية جنيف (الثانية) لتحسين حال جرحى ومرضى وغرقى القوات المسلحة في البحار المؤرخة في 12 آب/أغسطس 1949",
     ("Geneva Convention for the Amelioration of the Condition of Wounded, Sick and Shipwrecked Members of "
      "Armed Forces at Sea of 12 August 1949")),
    ("gc3", "75 UNTS 135", 143,
     "اتفاقية جنيف (الثالثة) بشأن معاملة أسرى الحرب المؤرخة في 12 آب/أغسطس 1949",
     "Geneva Convention relative to the Treatment of Prisoners of War of 12 August 1949"),
    ("gc4", "75 UNTS 287", 159,
     "اتفاقية جنيف (الرابعة) بشأن حماية الأشخاص المدنيين في وقت الحرب المؤرخة في 12 آب/أغسطس 1949",
     "Geneva Convention relative to the Protection of Civilian Persons in Time of War of 12 August 1949"),
    ("rome", "A/CONF.183/9", 128,
     "نظام روما الأساسي للمحكمة الجنائية الدولية",
     "Rome Statute of the International Criminal Court"),
    ("vclt", "1155 UNTS 331", 85,
     "اتفاقية فيينا لقانون المعاهدات",
     "Vienna Convention on the Law of Treaties"),
    ("cwc", "1974 UNTS 45", 24,
     "اتفاقية حظر استحداث وإنتاج وتخزين واستعمال الأسلحة الكيميائية وتدمير تلك الأسلحة",
     ("Convention on the Prohibition of the Development, Production, Stockpiling and Use of Chemical "
      "Weapons and on their Destruction")),
    ("ccm", "2688 UNTS 39", 23,
     "اتفاقية الذخائر العنقودية",
     "Convention on Cluster Munitions"),
    ("uncac", "A/RES/58/4", 71,
     "اتفاقية الأمم المتحدة لمكافحة الفساد",
     "United Nations Convention against Corruption"),
    ("untoc", "A/RES/55/25", 41,
     "اتفاقية الأمم المتحدة لمكافحة الجريمة المنظمة عبر الوطنية",
     "United Nations Convention against Transnational Organized Crime"),
    ("undrip", "A/RES/61/295", 46,
     "إعلان الأمم المتحدة بشأن حقوق الشعوب الأصلية",
     "United Nations Declaration on the Rights of Indigenous Peoples"),
    ("ilo-87", "68 UNTS 17", 21,
     "اتفاقية الحرية النقابية وحماية حق التنظيم، 1948 (رقم 87)",
     "Freedom of Association and Protection of the Right to Organise Convention, 1948 (No. 87)"),
    ("arab-charter", "", 53,
     "الميثاق العربي لحقوق الإنسان (2004)",
     "Arab Charter on Human Rights (2004)"),
)
"""Code, symbol, number of articles, titles in Arabic and English."""
# fmt: on

INSERTED: Mapping[str, tuple[str, ...]] = {"rome": ("8bis", "15bis", "15ter")}
"""Articles added by amendment, by code of the instrument."""

FORMER_CODES: Mapping[str, str] = {"icppd": "icpped"}
"""Codes of earlier releases, which texts may still contain, with the current code."""

SECURITY_COUNCIL: tuple[tuple[int, int, int | None], ...] = (
    (242, 1967, 4),
    (338, 1973, 3),
    (1325, 2000, 18),
    (2042, 2012, None),
    (2043, 2012, None),
    (2118, 2013, 22),
    (2139, 2014, None),
    (2165, 2014, None),
    (2235, 2015, None),
    (2250, 2015, None),
    (2254, 2015, 16),
    (2401, 2018, None),
    (2474, 2019, None),
    (2585, 2021, None),
)
"""Resolutions of the Security Council: number, year, number of operative paragraphs; None: not checked."""

GENERAL_ASSEMBLY: tuple[tuple[int, int], ...] = ((71, 248), (77, 301))
"""Resolutions of the General Assembly: session, number."""
