"""The VML drawing of a watermark (ECMA-376 part 4 §19).

A text-on-path shape type, and one shape of it behind the text, rotated by 38 degrees counter-clockwise. Text and font
are set as attributes later, never as markup.
"""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
VML = "urn:schemas-microsoft-com:vml"
OFFICE = "urn:schemas-microsoft-com:office:office"

_FORMULAS = (
    "sum #0 0 10800",
    "prod #0 2 1",
    "sum 21600 0 @1",
    "sum 0 0 @2",
    "sum 21600 0 @3",
    "if @0 @3 0",
    "if @0 21600 @1",
    "if @0 0 @2",
    "if @0 @4 21600",
    "mid @5 @6",
    "mid @8 @5",
    "mid @7 @8",
    "mid @6 @7",
    "sum @6 0 @5",
)
_POSITION = {
    "position": "absolute",
    "margin-left": "0",
    "margin-top": "0",
    "width": "440pt",
    "height": "110pt",
    "rotation": "322",
    "z-index": "-251658752",
    "mso-position-horizontal": "center",
    "mso-position-horizontal-relative": "margin",
    "mso-position-vertical": "center",
    "mso-position-vertical-relative": "margin",
}
_EQUATIONS = "".join(f'<v:f eqn="{formula}"/>' for formula in _FORMULAS)
_STYLE = ";".join(f"{key}:{value}" for key, value in _POSITION.items())
_TYPE = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    f"<v:formulas>{_EQUATIONS}</v:formulas>"
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
)
_SHAPE = (
    f'<v:shape id="Sample" o:spid="_x0000_s2049" type="#_x0000_t136" alt="" style="{_STYLE}" o:allowincell="f" '
    'fillcolor="#e9e2e8" stroked="f"><v:textpath on="t" fitshape="t" style="" string=""/></v:shape>'
)
WATERMARK_RUN = f'<w:r xmlns:w="{W}" xmlns:v="{VML}" xmlns:o="{OFFICE}"><w:pict>{_TYPE}{_SHAPE}</w:pict></w:r>'
"""The `w:r` element as XML, with empty text."""
