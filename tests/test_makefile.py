"""What `make` installs, and keeps: from an index of tiny wheels on this machine."""

import base64
import functools
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")
COMMON = ["torch==2.11.0", "torchvision==0.26.0", "zlib-like==1"]
GPU = ["nvidia-cudnn-cu13==9 ; sys_platform != 'never'", "triton==3"]
CPU_BUILD = {"torch": "2.11.0+cpu", "torchvision": "0.26.0+cpu", "zlib-like": "1"}
DEFAULT_BUILD = {"torch": "2.11.0", "torchvision": "0.26.0", "zlib-like": "1", "nvidia-cudnn-cu13": "9", "triton": "3"}


def wheel(index: Path, name: str, version: str) -> None:
    """A package that holds nothing, in a folder that a web server shows as an index."""
    stem = name.replace("-", "_")
    info = f"{stem}-{version}.dist-info"
    files = {
        f"{stem}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: facevalue\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    hashes = {
        path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        for path, text in files.items()
    }
    record = "".join(f"{path},sha256={hashes[path]},{len(text)}\n" for path, text in files.items())
    folder = index / name
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{stem}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with two indexes, `default` and `cpu`, as the real ones divide torch between them."""
    folder = tmp_path_factory.mktemp("index")
    for name, version in DEFAULT_BUILD.items():
        wheel(folder / "default", name, version)
    for name in ("torch", "torchvision"):
        wheel(folder / "cpu", name, CPU_BUILD[name])

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class House:
    """A checkout's Makefile with small locks, and its environment."""

    def __init__(self, root: Path, index: str, environment: Path, installer: str) -> None:
        self.root = root
        self.index = index
        shutil.copy(ROOT / "Makefile", root)
        (root / "requirements.txt").write_text("\n".join([*COMMON, *GPU, ""]))
        (root / "requirements-cpu.txt").write_text("\n".join([*COMMON, ""]))
        shutil.copytree(environment, root / ".venv", symlinks=True)
        if installer == "uv":
            (root / ".venv/bin/uv").symlink_to(UV)
        else:
            shutil.copy(shutil.which("false") or "", root / ".venv/bin/uv")

    def make(self, *arguments: str, cpu_index: str = "") -> subprocess.CompletedProcess[str]:
        clean = {
            name: text for name, text in os.environ.items() if not name.startswith(("PIP_", "UV_", "MAKE", "TORCH"))
        }
        ours = {
            "CPU_INDEX": cpu_index or f"{self.index}/cpu",
            "PIP_INDEX_URL": f"{self.index}/default",
            "UV_DEFAULT_INDEX": f"{self.index}/default",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
            "PIP_RETRIES": "0",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "UV_CACHE_DIR": str(self.root / "cache"),
            "UV_HTTP_RETRIES": "0",
        }
        command = ["make", "--no-print-directory", *arguments]
        return subprocess.run(command, cwd=self.root, env=clean | ours, capture_output=True, text=True, check=False)

    def holds(self) -> dict[str, str]:
        found = distributions(path=[str(path) for path in self.root.glob(".venv/lib/python*/site-packages")])
        return {one.name: one.version for one in found if one.name in DEFAULT_BUILD}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with pip alone."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    return folder


@pytest.fixture(params=["uv", "pip"])
def house(request: pytest.FixtureRequest, tmp_path: Path, index: str, environment: Path) -> House:
    if request.param == "uv" and not UV.exists():
        pytest.skip("no uv beside this Python")
    return House(tmp_path, index, environment, request.param)


def test_the_build_of_torch_stays_until_another_is_asked_for(house: House) -> None:
    assert house.make("install", "TORCH=cpu").returncode == 0
    assert house.holds() == CPU_BUILD

    again = house.make("install")
    assert (again.returncode, "Nothing to be done" in again.stdout) == (0, True)
    os.utime(house.root / "requirements-cpu.txt")
    assert house.make("install").returncode == 0
    assert house.holds() == CPU_BUILD

    assert house.make("install", "TORCH=default").returncode == 0
    assert house.holds() == DEFAULT_BUILD
    assert "Nothing to be done" in house.make("install").stdout

    assert house.make("install", "TORCH=cpu").returncode == 0
    assert house.holds() == CPU_BUILD
    assert "Nothing to be done" in house.make("install").stdout


def test_an_environment_from_before_holds_the_default_and_keeps_it_where_there_is_no_other(house: House) -> None:
    assert house.make("install").returncode == 0
    assert house.holds() == DEFAULT_BUILD
    assert not (house.root / ".venv/.torch").exists()

    away = house.make("install", "TORCH=cpu", cpu_index="http://127.0.0.1:9/cpu")
    assert away.returncode != 0
    last = [line for line in away.stderr.splitlines() if not line.startswith("make:")][-1]
    assert last == ("No cpu build of torch from http://127.0.0.1:9/cpu; can it be reached? Nothing was changed.")
    assert house.holds() == DEFAULT_BUILD
    assert "Nothing to be done" in house.make("install").stdout


def test_another_word_is_refused(tmp_path: Path, index: str) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    answer = subprocess.run(["make", "TORCH=gpu"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert "TORCH is 'gpu'; it must be default or cpu." in answer.stderr
