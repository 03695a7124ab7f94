"""Every export format is registered everywhere it has to be, under one name."""

import click
import pytest

from service.cli.commands.export import export as export_command
from service.domain.publication.export import FORMATS, ExportFormat
from service.web.rendering import labels
from service.web.rendering.export_stages import EXPORT_STAGES
from workers.render import formats

pytestmark = pytest.mark.repo


def test_every_format_has_a_renderer_and_a_label() -> None:
    assert set(formats.FORMATS) == set(FORMATS) == set(labels.FORMATS)
    assert {name: one.spec for name, one in formats.FORMATS.items()} == FORMATS


def test_suffixes_and_media_types_are_unique() -> None:
    assert len({one.suffix for one in FORMATS.values()}) == len(FORMATS)
    assert len({one.media_type for one in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("spec", FORMATS.values(), ids=list(FORMATS))
def test_every_stage_has_a_sentence(spec: ExportFormat) -> None:
    assert spec.stages and set(spec.stages) <= set(EXPORT_STAGES)


def test_the_command_offers_every_format() -> None:
    (option,) = (one for one in export_command.params if one.name == "format_")
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == list(FORMATS)
