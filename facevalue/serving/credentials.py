"""Content Credentials (C2PA): what a file says, signed, of where it comes from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from facevalue.common.words import printable, shortened

State = Literal["none", "valid", "invalid", "damaged", "unread"]
KINDS = {  # by the format of a picture, or the ending of a video: what their reader calls it
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/avi",
}
_LONGEST = 200  # characters of a stranger's word
# Nothing is fetched: neither credentials that lie elsewhere, nor whether a certificate was withdrawn.
_OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}, "core": {"allowed_network_hosts": []}}
_GENERATED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")  # of IPTC's source types


@dataclass(frozen=True)
class Credentials:
    """What was found: `state` for programs, `sentence` for people, and what is claimed, by name."""

    state: State
    sentence: str
    claims: tuple[tuple[str, str], ...] = ()


def read(file: Path, kind: str) -> Credentials:
    """Those of a picture or a video, `kind` being a key of `KINDS`.

    Whether their signer is to be trusted is not judged: no list of signers is asked.
    """
    if find_spec("c2pa") is None:
        return Credentials("unread", "not looked for: c2pa-python is not installed here.")
    if kind not in KINDS:
        return Credentials("unread", f"not looked for: of {kind.removeprefix('.').upper()} they are not read here.")
    from c2pa import C2paError, Context, Reader

    try:
        with Context.from_dict(_OFFLINE) as context, file.open("rb") as stream:
            reader = Reader.try_create(KINDS[kind], stream, context=context)
            if reader is None:
                return Credentials("none", "none.")
            with reader:
                return judged(json.loads(reader.json()))
    except (C2paError, ValueError, LookupError, TypeError) as error:
        return Credentials("damaged", f"there are some, and they cannot be read ({_word(error)}).")


def judged(store: Mapping[str, Any]) -> Credentials:
    """What a store of manifests, as its reader gives it, comes to.

    Raises:
        LookupError: it lacks what each has.
        TypeError: it is not built as each is.
    """
    manifest = store["manifests"][store["active_manifest"]]
    claims = tuple(_claims(manifest))
    if store.get("validation_state") in ("Valid", "Trusted"):
        signer = dict(claims).get("Signed by", "an unnamed signer")
        sentence = f"valid: the file is as {signer} signed it; whether that name is true is not judged here."
        return Credentials("valid", sentence, claims)
    failures = ", ".join(_word(each.get("code", "unknown")) for each in store.get("validation_status") or ())
    sentence = f"not valid ({shortened(failures, _LONGEST) or 'no reason given'}): the file is not what was signed."
    return Credentials("invalid", sentence, claims)


def _claims(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    signature = manifest.get("signature_info") or {}
    made_by = [each["name"] for each in manifest.get("claim_generator_info") or () if "name" in each]
    found = {
        "Signed by": signature.get("common_name") or signature.get("issuer"),
        "Organisation": signature.get("issuer"),
        "Signed at": signature.get("time"),
        "Made with": ", ".join(map(str, made_by)),
    }
    yield from ((name, _word(value)) for name, value in found.items() if value)
    actions = list(_actions(manifest))
    if actions:
        yield "What was done", _word(", ".join(str(each.get("action", "")).removeprefix("c2pa.") for each in actions))
    if any(str(each.get("digitalSourceType", "")).rpartition("/")[2] in _GENERATED for each in actions):
        yield "Source", "made, in whole or in part, by a generative model, it says"


def _actions(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for assertion in manifest.get("assertions") or ():
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            yield from assertion["data"]["actions"]


def _word(value: object) -> str:
    return shortened(printable(str(value)), _LONGEST)
