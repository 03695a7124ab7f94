import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from workers.render.docx.xml import (
    CHILD_ORDER,
    ZIP_EPOCH,
    local_name,
    make_element,
    put_child,
    read_package,
    write_package,
)


@given(st.sampled_from(sorted(CHILD_ORDER)), st.data())
def test_children_are_in_schema_order(name: str, data: st.DataObject) -> None:
    parent = make_element(name)
    for child in data.draw(st.lists(st.sampled_from(CHILD_ORDER[name]))):
        put_child(parent, make_element(child))
    ranks = [CHILD_ORDER[name].index(local_name(child)) for child in parent]
    assert ranks == sorted(set(ranks))


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}/[a-z]{1,8}\.xml", fullmatch=True), st.binary(), max_size=5))
def test_package_bytes_do_not_depend_on_part_order(parts: dict[str, bytes]) -> None:
    package = write_package(parts)
    assert package == write_package(dict(reversed(parts.items())))
    assert read_package(package) == parts
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert {member.date_time for member in opened.infolist()} <= {ZIP_EPOCH}
