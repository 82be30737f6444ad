import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import timm
import torch
from huggingface_hub import constants
from safetensors.torch import save

from facevalue.common.errors import DownloadError, ParameterError
from facevalue.training.backbone import build, check_backbone
from facevalue.training.params import TrainParams

Settings = Callable[..., TrainParams]


@pytest.mark.parametrize(
    ("name", "closest"),
    [
        ("resnet5", "resnet50"),
        ("mobilenetv3_smal_100", "mobilenetv3_small_100"),
        ("resnet18.tv_in2k", "resnet18.tv_in1k"),
    ],
)
def test_an_unknown_name_gets_its_neighbour(name: str, closest: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_backbone(name)
    expected = f"params.yaml: train.backbone is '{name}'; timm has no such model. Closest: '{closest}'."
    assert str(caught.value) == expected


@pytest.mark.parametrize("name", ["", "hf-hub:timm/resnet18", "local-dir:/tmp", "../resnet18", "resnet18."])
def test_what_is_no_registered_name_is_refused(name: str) -> None:
    with pytest.raises(ParameterError, match="timm has no such model"):
        check_backbone(name)


def test_known_names_pass_and_weights_are_asked_for() -> None:
    check_backbone("resnet10t")
    check_backbone("resnet18.a1_in1k", pretrained=True)
    check_backbone("botnet50ts_256")
    with pytest.raises(ParameterError, match=r"timm has no weights for 'botnet50ts_256'. Set it to false"):
        check_backbone("botnet50ts_256", pretrained=True)


@pytest.mark.parametrize("backbone", ["test_resnet", "test_vit", "test_efficientnet", "test_convnext"])
def test_a_network_gives_one_logit_at_the_size_asked_for(backbone: str, settings: Settings) -> None:
    network = build(settings(backbone=backbone, image_size=64))
    assert network.training
    assert network(torch.rand(2, 3, 64, 64)).shape == (2, 1)


def test_a_size_that_does_not_fit_is_refused(settings: Settings) -> None:
    with pytest.raises(ParameterError, match=r"'test_vit' does not work with train.image_size 50"):
        build(settings(backbone="test_vit", image_size=50))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """A hub on localhost that serves what the dictionary holds by file name, and an empty cache."""
    files: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            body = files.get(self.path.rpartition("/")[2])
            self.send_response(404 if body is None else 200)
            self.send_header("X-Repo-Commit", "0" * 40)
            self.send_header("ETag", '"1"')
            if body is None:
                self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            self.wfile.write(files.get(self.path.rpartition("/")[2], b""))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    _use_hub(f"http://127.0.0.1:{server.server_port}", tmp_path, monkeypatch)
    yield files
    server.shutdown()
    server.server_close()
    thread.join()


def _use_hub(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def test_pretrained_weights_are_fetched_and_only_the_head_is_new(hub: dict[str, bytes], settings: Settings) -> None:
    torch.manual_seed(1)
    source = timm.create_model("test_resnet").state_dict()
    hub["model.safetensors"] = save(source)
    network = build(settings(pretrained=True)).state_dict()
    assert network["fc.weight"].shape == (1, source["fc.weight"].shape[1])
    body = [name for name in source if not name.startswith("fc.")]
    assert len(body) > 10
    assert all(torch.equal(network[name], source[name]) for name in body)


@pytest.mark.parametrize("served", [{}, {"model.safetensors": b"not weights"}])
def test_missing_or_broken_weights_name_both_ways_out(
    served: dict[str, bytes], hub: dict[str, bytes], settings: Settings
) -> None:
    hub.update(served)
    with pytest.raises(DownloadError, match=r"weights of 'test_resnet'.*HF_HOME.*pretrained to false") as caught:
        build(settings(pretrained=True))
    assert "\n" not in str(caught.value)


def test_an_unreachable_hub_names_both_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    _use_hub("http://127.0.0.1:9", tmp_path, monkeypatch)
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)  # between its retries
    with pytest.raises(DownloadError, match=r"weights of 'test_resnet'.*HF_HOME.*pretrained to false"):
        build(settings(pretrained=True))
