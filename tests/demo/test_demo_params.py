"""The demo's parameter file: what is accepted, what is refused, and in which words."""

from pathlib import Path

import pytest

from demo.drawing import __main__ as script
from demo.drawing.params import DemoError, Params, read_params


def written(folder: Path, text: str) -> Path:
    path = folder / "params.yaml"
    path.write_text(text)
    return path


def test_the_committed_file_is_valid() -> None:
    params = read_params(Path("demo/params.yaml"))
    assert (params.pictures, params.side) == (600, 256)


def test_limits_are_inclusive(tmp_path: Path) -> None:
    assert read_params(written(tmp_path, "{pictures: 8, side: 64, seed: 0}")) == Params(8, 64, 0)
    assert read_params(written(tmp_path, "{pictures: 8, side: 2048, seed: 7}")) == Params(8, 2048, 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{pictures: x, side: 256, seed: 1}", "pictures is 'x'; it must be a whole number from 8 to 100000, and even"),
        ("{pictures: 9, side: 256, seed: 1}", "pictures is 9; it must be a whole number from 8 to 100000, and even"),
        ("{pictures: 6, side: 256, seed: 1}", "pictures is 6;"),
        ("{pictures: true, side: 256, seed: 1}", "pictures is True;"),
        ("{pictures: 100.0, side: 256, seed: 1}", "pictures is 100.0;"),
        ("{pictures: 100, side: 63, seed: 1}", "side is 63; it must be a whole number from 64 to 2048"),
        ("{pictures: 100, side: 2049, seed: 1}", "side is 2049;"),
        ("{pictures: 100, side: 256, seed: -1}", "seed is -1;"),
        ("{pictures: 100, side: 256, seed: null}", "seed is None;"),
        ("{pictures: 100, side: 256}", "seed is missing; the file needs pictures, side, seed"),
        (
            "{picture: 100, side: 256, seed: 1}",
            "unknown key 'picture'; the keys are pictures, side, seed. Closest: 'p",
        ),
        ("", "holds no keys"),
        ("- 1", "holds no keys"),
        ("{pictures: [", "cannot be read as YAML"),
    ],
)
def test_a_mistake_is_one_line_with_place_value_and_rule(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(DemoError) as caught:
        read_params(path)
    message = str(caught.value)
    assert message.startswith(f"{path.as_posix()}: ")
    assert expected in message
    assert "\n" not in message


def test_a_missing_file_is_a_mistake_too(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="cannot be read"):
        read_params(tmp_path / "params.yaml")


def test_the_script_ends_with_one_line_and_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "PARAMS", written(tmp_path, "{pictures: x, side: 256, seed: 1}"))
    monkeypatch.setattr(script, "PICTURES", tmp_path / "pictures")
    assert script.main() == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (tmp_path / "pictures").exists()
