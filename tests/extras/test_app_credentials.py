"""Content Credentials of pictures that were signed here, and then changed."""

import datetime
import io
import json
import socket
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from facevalue.serving import credentials

pytestmark = [
    pytest.mark.extras,
    pytest.mark.skipif(find_spec("c2pa") is None, reason="what the page needs is not installed"),
]

GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def certified() -> tuple[bytes, bytes]:
    """A certificate below one of its own, as PEM, and its key."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A Press"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        for name in ("A Root", "A Camera")
    ]
    today = datetime.datetime.now(datetime.UTC)
    chain = []
    for number, (name, key) in enumerate(zip(names, keys, strict=True)):
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
        )
        signing = {"digital_signature": number == 1, "key_cert_sign": number == 0, "crl_sign": number == 0}
        built = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(1000 + number)
            .not_valid_before(today - datetime.timedelta(days=1))
            .not_valid_after(today + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage, **signing, decipher_only=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False)
        )
        if number:
            built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        chain.append(built.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return chain[1] + chain[0], private


@pytest.fixture(scope="module")
def sign(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    import c2pa

    chain, key = certified()

    def signed(name: str = "signed.jpg", kind: str = "image/jpeg", **manifest: Any) -> Path:
        picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
        plain = io.BytesIO()
        picture.save(plain, kind.rpartition("/")[2].upper(), quality=95)
        plain.seek(0)
        info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None)
        actions = {"actions": [{"action": "c2pa.created", "digitalSourceType": GENERATED}]}
        given = {
            "claim_generator_info": [{"name": "Maker of tests", "version": "1"}],
            "assertions": [{"label": "c2pa.actions", "data": actions}],
            **manifest,
        }
        out = io.BytesIO()
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(given)) as builder:
            builder.sign(signer, kind, plain, out)
        file = tmp_path_factory.mktemp("signed") / name
        file.write_bytes(out.getvalue())
        return file

    return signed


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_signed_picture_tells_who_signed_it(sign: Callable[..., Path], kind: str) -> None:
    found = credentials.read(sign("a", f"image/{kind.lower()}"), kind)
    assert found.state == "valid", found
    claims = dict(found.claims)
    assert claims["Organisation"] == "A Press"
    assert claims["Made with"].startswith("Maker of tests")
    assert "generative model" in claims["Source"]


def test_a_picture_that_was_changed_after_signing_is_told(sign: Callable[..., Path]) -> None:
    file = sign()
    content = bytearray(file.read_bytes())
    content[-40] ^= 1
    file.write_bytes(content)
    found = credentials.read(file, "JPEG")
    assert found.state == "invalid"
    assert "the file is not what was signed" in found.sentence


def test_a_damaged_manifest_is_told_wherever_it_is_damaged(sign: Callable[..., Path]) -> None:
    file = sign()
    whole = file.read_bytes()
    start = whole.index(b"jumb")
    chance = np.random.default_rng(0)
    intact, states = credentials.read(file, "JPEG"), set()
    for place in chance.integers(start, start + whole[start:].index(b"\xff\xdb"), 60):
        broken = bytearray(whole)
        broken[place] ^= int(chance.integers(1, 256))
        file.write_bytes(broken)
        found = credentials.read(file, "JPEG")
        assert found.state != "valid" or found == intact  # what fills up the signature's room says nothing
        states.add(found.state)
    assert {"invalid", "damaged"} <= states


def test_a_picture_without_has_none(tmp_path: Path) -> None:
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        file = tmp_path / kind
        Image.new("RGB", (16, 16)).save(file, kind)
        assert credentials.read(file, kind) == credentials.Credentials("none", "none.")


def test_nothing_is_fetched_for_credentials_that_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" '
        'dcterms:provenance="http://127.0.0.1:%d/manifest.c2pa"/></rdf:RDF></x:xmpmeta>'
    )
    with socket.create_server(("127.0.0.1", 0)) as waiting:
        waiting.settimeout(1)
        xmp = (packet % waiting.getsockname()[1]).encode()
        Image.new("RGB", (16, 16)).save(tmp_path / "a.jpg", xmp=xmp)
        found = credentials.read(tmp_path / "a.jpg", "JPEG")
        with pytest.raises(TimeoutError):
            waiting.accept()
    assert found.state in ("none", "damaged")
