"""The page of the benchmark, from numbers."""

from benchmarks import machine
from benchmarks.peers.page import goal, render
from benchmarks.peers.rows import ROWS
from benchmarks.peers.running import Outcome, Result
from facevalue.common.parallel import cores

BY_NAME = {row.name: row for row in ROWS}


def speeds(*values: float) -> list[Outcome]:
    return [{"pictures": 10 * value, "seconds": 10.0} for value in values]


def test_a_row_holds_medians_and_the_spread_of_the_pairs() -> None:
    agreement = {"same": 59.0, "of": 60.0, "mean_iou": 0.9512}
    result = Result(BY_NAME["mtcnn"], speeds(20, 24, 18), speeds(4, 3, 3), agreement)
    page = render([result], ["Commit: abc."])
    assert "| 20.0 | 3.0 | **6.00** (5.00 to 8.00) | 6: reached |" in page
    assert "same face on 59 of 60 (IoU 0.8), mean IoU 0.951" in page
    assert page.endswith("- Commit: abc.\n")


def test_trainings_show_the_auc_of_both() -> None:
    ours, peer = ([one | {"auc": auc} for one in speeds(10, 10)] for auc in (0.91, 0.9))
    page = render([Result(BY_NAME["training"], ours, peer, {})], [])
    assert "| **1.00** (1.00 to 1.00) | 1.3: missed | AUC 0.910, peer 0.900 |" in page


def test_boxes_show_the_worst_overlap() -> None:
    found = {"boxes": 41.0, "min_iou": 0.91, "mean_iou": 0.99}
    page = render([Result(BY_NAME["retinaface"], speeds(2), speeds(1), found)], [])
    assert "IoU of the peer's 41 boxes with ours: at least 0.910, mean 0.990" in page


def test_a_goal_is_reached_or_missed() -> None:
    assert (goal(1.3, 1.3), goal(1.29, 1.3), goal(9, None)) == ("1.3: reached", "1.3: missed", "none")


def test_every_row_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(ROWS)


def test_the_machine_is_described() -> None:
    assert f"{cores()} cores" in machine.describe()
    assert "numpy " in machine.versions()
