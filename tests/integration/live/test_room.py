"""Two people and more at one text."""

import asyncio

from service.domain.places import Edit
from tests.factories import a_save, a_version
from tests.integration.live.conftest import FIRST, House, play
from tests.typists import agree


def test_what_one_types_the_other_reads(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama, house.typist("jihan") as jihan:
            assert lama.text == jihan.text == FIRST
            assert (lama.hello["mode"], lama.hello["seq"], lama.hello["epoch"]) == ("write", 1, 1)
            await asyncio.gather(lama.append("كتبت لمى 🙂\n"), jihan.write(Edit(0, 0, "# Jihan\n\n")))
            text = await agree([lama, jihan])
            assert "كتبت لمى 🙂" in text and text.startswith("# Jihan")

    play(scene())


def test_a_form_that_is_saved_is_read_by_who_types(house: House) -> None:
    async def scene() -> None:
        async with house.typist("lama") as lama:
            await asyncio.to_thread(a_save, house.stage, house.document, FIRST + "\nسطر من النموذج.\n")
            await lama.until(lambda: "سطر من النموذج" in lama.text, seconds=0.9)
            await lama.append("وسطر حيّ.\n")
            await lama.until_saved()
            version = await asyncio.to_thread(a_version, house.stage, house.document)
            assert version == 1

    play(scene())
