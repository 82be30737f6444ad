"""What `python -m facevalue app` refuses before it serves; how it serves stands in tests/extras."""

from collections.abc import Callable
from pathlib import Path

import pytest

from facevalue import __main__ as command_line
from facevalue.commands import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What it says with these arguments, where its packages are installed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(app, "find_spec", lambda name: name)
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())

    def run(*arguments: str) -> str:
        assert command_line.main(["app", *arguments]) == 1
        return capsys.readouterr().err

    return run


def test_without_its_packages_it_says_how_to_have_them(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "find_spec", lambda name: None if name == "uvicorn" else name)
    assert refused() == "app: the page needs uvicorn; run `make app`, which installs and starts it.\n"


def test_an_address_that_others_reach_takes_a_word_more(refused: Callable[..., str]) -> None:
    for host in ("0.0.0.0", "192.168.1.5", "::"):
        assert "Add --exposed if that is meant" in refused("--host", host)
    assert "must be an address in digits" in refused("--host", "example.org")
    for host in ("127.0.0.1", "localhost", "::1", "127.0.0.2"):
        assert "holds no trained networks" in refused("--host", host)


def test_without_networks_it_says_what_to_run(refused: Callable[..., str]) -> None:
    assert refused() == "app: 'models/full' holds no trained networks; run dvc repro, or name others by --models.\n"


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_number_of_its_range(port: str, refused: Callable[..., str]) -> None:
    with pytest.raises(SystemExit):
        refused("--port", port)
