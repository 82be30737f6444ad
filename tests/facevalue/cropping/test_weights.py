import hashlib
import http.server
import io
import pickle
import socket
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from facevalue.common.errors import DownloadError
from facevalue.cropping import retinaface, weights
from facevalue.cropping.detectors import load_detector
from facevalue.cropping.weights import fetch, fill
from tests.facevalue.cropping.conftest import crop_params

TENSORS = {"weight": torch.arange(6.0).reshape(2, 3), "bias": torch.ones(2)}


@dataclass
class Site:
    """A server on this machine; `files` is what it has, by path."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def offer(self, content: bytes, name: str = "net-{}.zip", announced: bytes | None = None) -> str:
        path = "/" + name.format(hashlib.sha256(announced or content).hexdigest()[:9])
        self.files[path] = content
        return self.address + path


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            offered.requests.append(self.path)
            content = offered.files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        offered = Site(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield offered
        server.shutdown()
        thread.join()


def saved(content: object = TENSORS) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def the_error(url: str, folder: Path) -> str:
    with pytest.raises(DownloadError) as caught:
        fetch(url, folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def assert_the_tensors(loaded: dict[str, Tensor]) -> None:
    assert loaded.keys() == TENSORS.keys()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in TENSORS.items())


def test_fetched_once_then_read_from_the_cache(site: Site, tmp_path: Path) -> None:
    url = site.offer(zipped(("net.pth", saved())))
    assert_the_tensors(fetch(url, tmp_path / "new" / "cache"))
    site.files.clear()
    assert_the_tensors(fetch(url, tmp_path / "new" / "cache"))
    assert len(site.requests) == 1
    assert [path.name for path in (tmp_path / "new" / "cache").iterdir()] == [url.rpartition("/")[2]]


def test_weights_need_no_zip_around_them(site: Site, tmp_path: Path) -> None:
    assert_the_tensors(fetch(site.offer(saved(), "net-{}.pth"), tmp_path))


def test_the_cache_is_torch_hub_s(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    url = site.offer(saved(), "net-{}.pth")
    fetch(url)
    assert (tmp_path / "hub" / "checkpoints" / url.rpartition("/")[2]).is_file()


@pytest.mark.parametrize("harm", [lambda content: content[:100], lambda content: content[:-1] + b"?", lambda _: b""])
def test_a_harmed_cache_file_is_fetched_anew(site: Site, tmp_path: Path, harm: object) -> None:
    content = zipped(("net.pth", saved()))
    url = site.offer(content)
    assert callable(harm)
    (tmp_path / url.rpartition("/")[2]).write_bytes(harm(content))
    assert_the_tensors(fetch(url, tmp_path))
    assert len(site.requests) == 1


def test_a_wrong_hash_is_refused_and_leaves_nothing(site: Site, tmp_path: Path) -> None:
    url = site.offer(b"<html>log in first</html>", announced=saved())
    assert "invalid hash value" in the_error(url, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_download_cut_short_is_refused(site: Site, tmp_path: Path) -> None:
    content = saved()
    assert "invalid hash value" in the_error(site.offer(content[:-50], announced=content), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_dead_link_names_both_ways_out(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/net-0123456789.zip"
    message = the_error(url, tmp_path)
    assert message.startswith(f"{url} could not be fetched")
    assert f"put it at {tmp_path / 'net-0123456789.zip'}" in message
    assert "crop.detector: mtcnn in params.yaml" in message
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_is_gone(site: Site, tmp_path: Path) -> None:
    assert "HTTP Error 404" in the_error(f"{site.address}/net-0123456789.zip", tmp_path)


def test_a_silent_server_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        message = the_error(f"http://127.0.0.1:{silent.getsockname()[1]}/net-0123456789.zip", tmp_path)
    assert "timed out" in message
    assert socket.getdefaulttimeout() is None


class Malicious:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.target,)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("wrap", [lambda content: content, lambda content: zipped(("net.pth", content))])
@pytest.mark.parametrize("dump", [saved, pickle.dumps])
def test_code_inside_is_never_run(site: Site, tmp_path: Path, wrap: object, dump: object) -> None:
    trace = tmp_path / "executed"
    assert callable(wrap)
    assert callable(dump)
    url = site.offer(wrap(dump({"weight": Malicious(trace)})))
    assert "holds no plain weights" in the_error(url, tmp_path)
    assert not trace.exists()


def test_the_name_inside_a_zip_decides_nothing(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    assert_the_tensors(fetch(site.offer(zipped(("../../escaped.pth", saved()))), folder))
    assert [path.name for path in tmp_path.rglob("*.pth")] == []


def test_a_zip_too_large_to_unpack_is_refused(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "LARGEST", 1000)
    assert "holds no plain weights" in the_error(site.offer(zipped(("net.pth", saved()))), tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not weights",
        bytes(range(256)) * 20,
        zipped(),
        zipped(("net.pth", b"text")),
        zipped(("a", saved()), ("b", saved())),
        saved([1, 2]),
        saved({"epoch": 3}),
        saved(torch.ones(3)),
    ],
)
def test_what_is_no_table_of_tensors_is_refused(site: Site, tmp_path: Path, content: bytes) -> None:
    assert str(tmp_path) in the_error(site.offer(content), tmp_path)


def test_a_url_without_a_hash_is_a_mistake_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="carries no hash"):
        fetch("http://127.0.0.1/net.zip", tmp_path)


def test_weights_must_fit_the_network_in_name_and_shape() -> None:
    network = torch.nn.Linear(3, 2)
    fill(network, TENSORS, "Linear")
    assert torch.equal(network.weight, TENSORS["weight"])
    with pytest.raises(DownloadError, match=r"Linear: 1 of 2 weights .* 'weight' is \(1,\), should be \(2, 3\)"):
        fill(network, TENSORS | {"weight": torch.ones(1)}, "Linear")
    with pytest.raises(DownloadError, match="'scale' is \\(1,\\), should be absent"):
        fill(network, TENSORS | {"scale": torch.ones(1)}, "Linear")


def test_retinaface_by_name_fetches_its_weights(
    site: Site, tmp_path: Path, random_weights: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    tiny = {name: torch.zeros((), dtype=tensor.dtype).expand(tensor.shape) for name, tensor in random_weights.items()}
    url = site.offer(zipped(("retinaface.pth", saved(tiny))))
    monkeypatch.setattr(retinaface, "URL", url)
    detector = load_detector(crop_params(detector="retinaface", detect_side=64))
    assert len(detector.detect([np.zeros((60, 50, 3), np.uint8)])) == 1
    assert (tmp_path / "hub" / "checkpoints" / url.rpartition("/")[2]).is_file()


def test_the_published_url_carries_its_hash() -> None:
    found = torch.hub.HASH_REGEX.search(retinaface.URL.rpartition("/")[2])
    assert found is not None
    assert found.group(1) == "f168fae3c"
