"""What is said of a store of manifests; signed pictures are read in tests/extras."""

from pathlib import Path
from typing import Any

import pytest

from facevalue.serving import credentials


def store(state: str = "Valid", **manifest: Any) -> dict[str, Any]:
    signed = {"signature_info": {"issuer": "A Press", "common_name": "A Camera", "time": "2026-01-01T00:00:00+00:00"}}
    made = {"claim_generator_info": [{"name": "Maker", "version": "1"}]}
    return {"active_manifest": "one", "manifests": {"one": signed | made | manifest}, "validation_state": state}


def test_what_is_signed_is_said_to_be_so_and_nothing_more() -> None:
    found = credentials.judged(store())
    assert found.state == "valid"
    assert found.sentence == "valid: the file is as A Camera signed it; whether that name is true is not judged here."
    assert dict(found.claims)["Made with"] == "Maker"


def test_what_does_not_fit_the_signature_says_why() -> None:
    broken = store("Invalid") | {"validation_status": [{"code": "assertion.dataHash.mismatch"}]}
    found = credentials.judged(broken)
    assert found.state == "invalid"
    assert "assertion.dataHash.mismatch" in found.sentence


def test_a_generative_model_is_named_where_the_file_does() -> None:
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    actions = {"actions": [{"action": "c2pa.created", "digitalSourceType": source}]}
    found = credentials.judged(store(assertions=[{"label": "c2pa.actions.v2", "data": actions}]))
    assert dict(found.claims)["What was done"] == "created"
    assert "generative model" in dict(found.claims)["Source"]
    assert "Source" not in dict(credentials.judged(store()).claims)


def test_words_of_strangers_are_text_and_short() -> None:
    found = credentials.judged(store(claim_generator_info=[{"name": "a\x1b[31m\u202e" + "b" * 1000}]))
    word = dict(found.claims)["Made with"]
    assert word.isprintable()
    assert len(word) < 250


@pytest.mark.parametrize("broken", [{}, {"manifests": {}, "active_manifest": "x"}])
def test_a_store_without_its_parts_is_no_store(broken: dict[str, Any]) -> None:
    with pytest.raises(LookupError):
        credentials.judged(broken)


def test_a_format_that_is_not_read_is_not_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "a.bmp").write_bytes(b"BM")
    assert credentials.read(tmp_path / "a.bmp", "BMP").state == "unread"
