"""One reading of `params.yaml`: what is taken here is what `dvc` records."""

import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from facevalue.common import params
from facevalue.common.errors import ParameterError

SCALARS = st.one_of(
    st.from_regex(r"[-+]?[0-9._:eExob]{1,8}", fullmatch=True),
    st.sampled_from(["yes", "No", "on", "OFF", "y", "true", "TRUE", "tRue", "null", "~", ".inf", "-.INF", ".nan"]),
    st.integers().map(str),
    st.floats().map(repr),
)


@given(SCALARS)
@example("0040")
@example("3:20")
@example("0b101000")
@example("1_000")
@example("yes")
@example("190:20:30.15")
def test_a_number_or_truth_value_is_what_dvc_reads(tmp_path_factory: pytest.TempPathFactory, scalar: str) -> None:
    file = tmp_path_factory.getbasetemp() / "params.yaml"
    file.write_text(f"key: {scalar}\n")
    try:
        ours = params.read(file)["key"]
    except ParameterError:
        return
    if not isinstance(ours, bool | int | float):
        return  # a word, which no number's key takes unless it says the same in Python
    try:
        theirs = YAML(typ="safe").load(file.read_text())["key"]  # as `dvc.utils.serialize` does
    except YAMLError:
        return
    assert type(ours) is type(theirs)
    assert ours == theirs or (math.isnan(ours) and math.isnan(theirs))


@pytest.mark.parametrize(
    ("scalar", "told"),
    [
        ("0040", "key is 0040, which is read in two ways; write decimal digits"),
        ("3:20", "key is 3:20, which"),
        ("0b11", "key is 0b11, which"),
        ("[1, 1_000]", "key is 1_000, which"),
        ("yes", "key is yes, which is read in two ways; write true or false"),
    ],
)
def test_what_two_yamls_read_in_two_ways_is_refused(tmp_path: Path, scalar: str, told: str) -> None:
    file = tmp_path / "params.yaml"
    file.write_text(f"a: 1\nkey: {scalar}\n")
    with pytest.raises(ParameterError, match=f"line 2: not valid YAML \\({told}"):
        params.read(file)
    file.write_text(f"key: '{scalar}'\n")
    assert params.read(file) == {"key": scalar}
