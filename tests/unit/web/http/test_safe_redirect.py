"""Safe redirects: only to paths of this service (open redirect prevention)."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.http.context import safe_redirect_path

HERE = "https://mithaq.example/sign-in"


@given(st.text() | st.text(alphabet="/\\.:@?#a\t\n%").map(lambda tail: f"/{tail}"))
def test_foreign_target_is_rejected(path: str) -> None:
    assert urlsplit(urljoin(HERE, safe_redirect_path(path)))[:2] == ("https", "mithaq.example")


@pytest.mark.parametrize("path", ["/", "/documents/doc_x?lang=ar&old=1", "/rounds/rnd_x"])
def test_own_path_is_kept(path: str) -> None:
    assert safe_redirect_path(path) == path


@pytest.mark.parametrize("path", ["", "documents", "//evil.example", "/\\evil.example", "https://evil.example", "/\tx"])
def test_other_targets_redirect_to_the_dashboard(path: str) -> None:
    assert safe_redirect_path(path) == "/"
