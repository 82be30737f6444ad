import asyncio

import pytest

from facevalue.serving.limits import RefusedError
from facevalue.serving.turns import Turns


def test_one_at_a_time_in_the_order_of_asking() -> None:
    async def everybody() -> list[str]:
        turns, seen = Turns(waiting=3), []

        async def one(name: str) -> None:
            with turns.place():
                async with turns.turn():
                    seen.append(f"{name} in")
                    await asyncio.sleep(0.01)
                    seen.append(f"{name} out")

        await asyncio.gather(*map(one, "abcd"))
        return seen

    assert asyncio.run(everybody()) == [f"{name} {way}" for name in "abcd" for way in ("in", "out")]


def test_a_full_queue_refuses_in_words_and_a_place_comes_free_again() -> None:
    turns = Turns(waiting=1)
    with turns.place():
        with turns.place(), pytest.raises(RefusedError, match="2 others are waiting already") as refused, turns.place():
            pass
        assert refused.value.status == 503
        with turns.place():
            pass


def test_what_fails_leaves_its_place() -> None:
    turns = Turns(waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.place():
            raise ZeroDivisionError
