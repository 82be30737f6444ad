"""The report as a reader meets it: in a browser without a network, and without the parts that a run could not give."""

import dataclasses
import html
import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from facevalue.common.methods import METHODS
from facevalue.reporting import page, wording
from tests import results
from tests.browser import Browser, needs_browser, running

pytestmark = pytest.mark.javascript

MADE = results.made()
PAGE = page.render(MADE)
NOTHING = pd.DataFrame


class Outline(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def every(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def render(**changed: Any) -> str:
    return page.render(dataclasses.replace(MADE, **changed))


def plain(page: str) -> str:
    """What is written on a page."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.fixture(autouse=True)
def charts_are_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    results.cache_charts(monkeypatch)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@needs_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_opens_from_disk_without_a_network(browser: Browser, tmp_path: Path, width: int, dark: bool) -> None:
    (tmp_path / "report.html").write_text(PAGE, encoding="utf-8")
    page = browser.open(tmp_path / "report.html", width=width, dark=dark)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.screenshot(tmp_path / "page.png")
    assert page.problems == []
    assert page.outside == []
    assert page.overflow() == 0
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert shade == ("rgb(20, 24, 29)" if dark else "rgb(255, 255, 255)")
    assert (tmp_path / "page.png").stat().st_size > 50_000


@needs_browser
def test_the_verdict_s_interval_is_drawn_where_it_lies(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(PAGE, encoding="utf-8")
    page = browser.open(tmp_path / "report.html")
    zero, span, point = (
        page.evaluate(f"(box => [box.left, box.right])(document.querySelector('.bar .{name}').getBoundingClientRect())")
        for name in ("zero", "span", "point")
    )
    assert zero[1] < span[0] < sum(point) / 2 < span[1]


def test_the_same_results_give_the_same_bytes() -> None:
    assert page.render(MADE) == PAGE


def test_nothing_on_it_comes_from_elsewhere() -> None:
    outline = Outline(PAGE)
    assert outline.every("script", "iframe", "object", "link") == [{"rel": "icon", "href": "data:,"}]
    assert all(str(image["src"]).startswith("data:image/jpeg;base64,") for image in outline.every("img"))
    assert all(str(link["href"]).startswith("#") for link in outline.every("a"))
    assert "default-src 'none'" in PAGE
    assert "@import" not in PAGE
    assert "url(" not in PAGE


def test_its_parts_come_in_order() -> None:
    named = re.findall(r'<section id="(\w+)"', PAGE)
    order = [
        "scores",
        "again",
        "methods",
        "curves",
        "slices",
        "unseen",
        "robustness",
        "rests",
        "errors",
        "audit",
        "external",
        "reading",
        "made",
    ]
    assert named == order
    assert PAGE.index('id="verdict"') < PAGE.index('class="warning"') < PAGE.index('<section id="scores"')
    assert {str(link["href"]) for link in Outline(PAGE).every("a")} >= {f"#{name}" for name in order}


def test_it_can_be_read_without_eyes() -> None:
    outline = Outline(PAGE)
    assert all(image["alt"] for image in outline.every("img"))
    assert all(header.get("scope") for header in outline.every("th"))
    assert all(part.get("aria-label") for tag, part in outline.tags if part.get("role") in ("img", "region"))
    levels = [int(tag[1]) for tag, _ in outline.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_its_colours_can_be_told_from_their_ground() -> None:
    """Contrast as in WCAG 2.1, section 1.4.3: 4.5 for text."""
    for scheme in re.findall(r":root \{(.*?)\}", PAGE, flags=re.DOTALL):
        colour = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        for ground in ("paper", "panel"):
            for ink in ("ink", "quiet", "full", "crop", "ensemble"):
                assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground, scheme)
        assert contrast(colour["warn"], colour["warn-panel"]) >= 4.5


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_number_of_the_verdict_is_there() -> None:
    text = plain(PAGE)
    auc = MADE.comparison["verdict"]["auc"]
    assert f"AUC {auc['crop']:.3f} (crop) against {auc['full']:.3f} (full)" in text
    assert f"{auc['difference']:+.3f} {auc['interval'][0]:+.3f} to {auc['interval'][1]:+.3f}" in text
    for row in METHODS:
        assert f"{MADE.metrics[row]['auc_low']:.3f} to {MADE.metrics[row]['auc_high']:.3f}" in text
        assert f"{100 * MADE.metrics[row]['recall_fake']:.1f} %" in text


def test_a_rate_that_few_reals_cannot_show_has_a_reason_in_its_place() -> None:
    text = plain(PAGE)
    assert "n/a, fakes found at few false alarms: 40 reals cannot show a false-alarm rate of 1 %; 100 could." in text
    assert "Fakes found, 1 % alarms n/a n/a n/a" in text
    low, value, high = (MADE.metrics["crop"][f"tpr_at_fpr_5{end}"] for end in ("_low", "", "_high"))
    assert f"{100 * value:.1f} % {100 * low:.1f} % to {100 * high:.1f} %" in text
    unknown = plain(page.render(results.made(results.scored(pictures=30))))
    assert "5 %; 20 could." in unknown
    assert "n/a, fakes" not in plain(page.render(results.made(results.scored(pictures=200))))


def test_the_warning_stands_beside_the_verdict_once() -> None:
    banner = PAGE[PAGE.index('id="verdict"') : PAGE.index("<nav")]
    assert banner.count(results.WARNING) == 1
    assert 'class="warning"' not in page.render(results.made(warning=None))


def test_the_audit_says_how_much_the_files_tell() -> None:
    assert "as the networks saw them 0.980 0.950 to 1.000 real from fake" in plain(PAGE)
    said = {grade: plain(render(audit=audited(grade))) for grade in ("none", "weak", "some", None)}
    words = ["nothing", "too little to matter", "something", "n/a"]
    assert all(f"0.950 to 1.000 {word} " in text for word, text in zip(words, said.values(), strict=True))


def audited(grade: str | None) -> dict[str, Any]:
    found = results.audit(None)
    return {**found, "after": {**found["after"], "grade": grade}}


def test_every_warning_stands_beside_the_verdict_once_and_leads_to_its_part() -> None:
    no_face, used = "without the face <it> still reaches AUC 0.86", "the network uses what tells the files apart"
    comparison = {**MADE.comparison, "verdict": {**MADE.comparison["verdict"]}}
    sentence = f"{MADE.comparison['verdict']['sentence'].removesuffix('.')}; {no_face}; {used}."
    comparison["verdict"]["sentence"] = sentence
    html = render(comparison=comparison, interventions=results.interventions(no_face, used))
    banner = plain(html[html.index('id="verdict"') : html.index("<nav")])
    for warning in (results.WARNING, no_face.replace("<it>", "&lt;it&gt;"), used):
        assert banner.count(warning) == 1
    assert html.count('class="warning"') == 3
    assert html.count('href="#rests"') == 3


def test_what_the_answer_rests_on_is_in_numbers() -> None:
    text = plain(PAGE)
    rests = text[text.rindex("What the answer rests on") : text.rindex("Where the methods look")]
    for words in ("face hidden 0.550 0.420 to 0.670 +0.150 +0.020 to +0.280", "without the face AUC 0.55."):
        assert words in rests
    assert "one JPEG quality (75) 0.520 0.400 to 0.640 face" in rests
    assert "-0.410 -0.710 to -0.110 -0.290 0.047 no: the files do not differ in it" in rests
    assert "0.047 yes" in plain(render(interventions=results.interventions(files="used")))


def test_every_parameter_is_listed() -> None:
    text = plain(PAGE)
    assert "evaluate.perturbations.jpeg 90, 70, 50, 30, 10" in text
    assert "train_full.backbone null" in text
    assert "train.pretrained true" in text


def test_what_strangers_named_is_text() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    pictures = results.scored().assign(kind=lambda table: table["kind"].replace("synthesis", hostile))
    made = results.made(pictures)
    duplicates = {**results.DUPLICATES, "examples": [[hostile, f"{hostile}.jpg", 1]]}
    audit = {**made.audit, "duplicates": duplicates, "warning": hostile, "sentence": hostile}
    external = {hostile: {"set": hostile, "pictures": 3, "labelled": False, "sentence": hostile}}
    changed = {"audit": audit, "external": external, "parameters": {hostile: hostile}, "provenance": {hostile: hostile}}
    html = page.render(dataclasses.replace(made, **changed))  # type: ignore[arg-type]
    assert hostile not in html
    assert len(Outline(html).every("img")) == len(page.PICTURES)


def by_columns(*names: str) -> pd.DataFrame:
    """Columns of a user's for the pictures of `results.scored`."""
    pictures = results.scored()["picture"]
    values = [["light", "dark", ""][number % 3] if number > 4 else "<b>rare" for number in range(len(pictures))]
    return pd.DataFrame(dict.fromkeys(names, values), index=pictures)


def test_columns_of_a_users_stand_beside_the_kinds_with_their_gaps() -> None:
    own = results.made(further=by_columns("skin tone", "confidence"))
    text = plain(page.render(own))
    for by in ("skin tone", "column confidence"):
        assert f"By {by}. A column of your table; each value ranked by itself." in text
        assert f"False alarms, by {by}." in text
        assert f"By {by}: AUC (first line) and share of reals called fake (second)" in text
    assert "By confidence. How sure the face detector was." in text
    assert "By confidence: AUC (first line) and share called right (second)" in text
    assert "25 of 80 test pictures have none and are in no part." in text
    gap = own.gaps["columns"][0]["gaps"]["crop"]["false_alarms"]
    assert gap["sentence"] in text
    dark = own.slices[(own.slices["by"] == "skin tone") & (own.slices["value"] == "dark")].iloc[1]
    ends = f"{100 * dark['false_alarms_low']:.1f} % to {100 * dark['false_alarms_high']:.1f} %"
    assert f"{100 * dark['false_alarms']:.1f} % {ends}" in text
    assert "largest gaps" not in plain(PAGE)


def test_a_columns_name_and_values_are_text() -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    further = by_columns(hostile).replace("dark", hostile)
    html = page.render(results.made(further=further))
    assert hostile not in html
    assert "<b>rare" not in html
    assert "&lt;b&gt;rare" in html
    assert len(Outline(html).every("img")) == len(page.PICTURES)


MISSING: list[tuple[dict[str, Any], str]] = [
    ({"roc": {}, "precision_recall": {}}, "need test pictures of both classes"),
    ({"roc": {"full": NOTHING()}, "precision_recall": {"full": NOTHING()}}, "need test pictures of both classes"),
    ({"reliability": {}}, "There is no reliability curve"),
    ({"confusion": {"full": NOTHING(columns=["actual", "predicted"])}}, "There is no confusion table"),
    ({"scores": NOTHING(columns=["label", *METHODS])}, "There are no scores to show"),
    ({"slices": MADE.slices[:0]}, "could not be divided into parts"),
    ({"robustness": {}}, "Robustness was not measured"),
    ({"rests": {}}, "Parts were not hidden"),
    ({"rests": dict.fromkeys(results.RESTS, dict.fromkeys(results.RESTS["whole"]))}, "Parts were not hidden"),
    ({"interventions": {}}, "No fact was made common"),
    ({"losses": {}}, "There are no training curves"),
    ({"pictures": {}}, "There are no Grad-CAM pictures"),
    ({"audit": {}}, "File facts could not be compared"),
]


@pytest.mark.parametrize(("changed", "sentence"), MISSING)
def test_a_missing_part_is_a_sentence_and_the_rest_stays(changed: dict[str, Any], sentence: str) -> None:
    page = render(**changed)
    assert sentence in plain(page)
    assert sentence not in plain(PAGE)
    assert page.count("<section ") == PAGE.count("<section ")


def test_robustness_on_fewer_pictures_says_on_how_many() -> None:
    assert "The test pictures were made worse" in plain(PAGE)
    fewer = {change: table.assign(pictures=60) for change, table in MADE.robustness.items()}
    assert "60 of the 80 test pictures, drawn in the proportions" in plain(render(robustness=fewer))


def test_robustness_without_an_auc_is_a_sentence() -> None:
    undefined = {change: table.assign(**dict.fromkeys(METHODS)) for change, table in MADE.robustness.items()}
    assert "Robustness was not measured" in plain(render(robustness=undefined))


@pytest.mark.parametrize("label", ["real", "fake"])
def test_one_class_has_a_page(label: str) -> None:
    pictures = results.scored()
    text = plain(page.render(results.made(pictures[pictures["label"] == label])))
    assert f"no AUC: all 40 test pictures are {label}" in text
    assert "AUC n/a n/a n/a" in text
    assert "need test pictures of both classes" in text


def test_no_scored_picture_has_a_page() -> None:
    assert "nothing to compare" in plain(page.render(results.made(results.scored()[:0])))


def test_every_external_set_has_its_own_table() -> None:
    own = results.made(results.scored(seed=5), warning=None)
    line = {"own": 0.9, "set": 0.6, "drop": 0.3, "interval": [0.1, 0.5], "p_value": 0.003}
    labelled = {"set": "there", "pictures": 80, "labelled": True, "sentence": "80 pictures", **own.metrics}
    external = {
        "theirs": {**labelled, "drop": dict.fromkeys(METHODS, line)},
        "holiday": {"set": "album", "pictures": 3, "labelled": False, "sentence": "3 pictures"},
        "nothing": {"set": "void", "pictures": 0, "labelled": False, "sentence": "no pictures"},
    }
    text = plain(render(external=external))
    assert "There was no external set" not in text
    assert "There was no external set" in plain(PAGE)
    section = text[text.index("Test sets from elsewhere theirs") :]
    assert f"{own.metrics['crop']['auc']:.3f}" in section
    assert "face 0.900 0.600 +0.300 +0.100 to +0.500 0.003" in section
    assert "holiday From album : 3 pictures. The set has no labels" in section
    assert "nothing From void : no pictures." in section


def test_kinds_that_were_left_out_have_their_own_section() -> None:
    made = results.with_unseen_kinds(MADE)
    text = plain(page.render(made))
    section = text[text.index("Kinds that no network had seen For each") :]
    assert html.unescape(section).startswith("Kinds that no network had seen For each kind of fakes, ")
    assert made.unseen["sentence"].removeprefix("on ") in html.unescape(section)
    assert "No kind of fakes was left out" not in text
    assert "No kind of fakes was left out" in plain(PAGE)
    for row in made.unseen_tables["kinds"].to_dict("records"):
        assert f"{row['kind']} {row['fakes']} {row['full']:.3f} {row['full_low']:.3f} to " in section
        assert f"{row['seen_difference']:+.3f} {row['seen_difference_low']:+.3f} to " in section
    assert section.count("(unseen)") == len(results.KINDS)


def test_a_square_in_the_faces_place_has_its_own_section() -> None:
    made = results.with_control(MADE)
    text = html.unescape(plain(page.render(made)))
    section = text[text.index("With a square in the face's place Method 2 was trained") :]
    assert "on average 42 % of the face's own square" in section
    sentence = made.control["sentence"]
    assert f"A{sentence.removeprefix('a')}." in section
    for name, key in (("face minus square", "against_square"), ("square minus whole picture", "square_against_full")):
        found = made.control[key]
        assert f"{name} {found['difference']:+.3f} {found['interval'][0]:+.3f} to " in section
    assert "Method 2 was not set against squares" not in text
    assert "Method 2 was not set against squares" in plain(PAGE)


def test_a_square_that_has_no_auc_says_so() -> None:
    control = {"sentence": "against a square: no AUC", "shared": 0.5, "pictures": 0}
    nothing = dict.fromkeys(("against_square", "square_against_full"))
    assert "Against a square: no AUC. Differences of the AUC on 0" in plain(render(control=control | nothing))


def test_of_two_trainings_the_page_says_that_no_kind_tells_the_methods_apart() -> None:
    said = "With 2 trainings of each method no difference is claimed, also where an interval of face minus whole"
    assert said in plain(page.render(results.with_unseen_kinds(MADE, trainings=2)))
    assert said not in plain(page.render(results.with_unseen_kinds(MADE)))
    assert said not in plain(PAGE)


def test_unseen_kinds_that_nothing_tells_of_say_why() -> None:
    unseen = {"sentence": "nothing to compare: <no> kind", "unjudged": {"a": "why"}}
    assert "nothing to compare: &lt;no&gt; kind" in plain(render(unseen=unseen))


def test_videos_have_their_own_table_only_where_there_are_some() -> None:
    own = results.made(results.scored(pictures=20, seed=5), warning=None)
    videos = {"videos": 20, "frames": 200, "sentence": "no difference shown: <AUC>.", **own.metrics}
    text = plain(render(videos=videos))
    assert "(200 frames of 20 videos): no difference shown: &lt;AUC&gt;." in text
    assert f"{own.metrics['crop']['auc']:.3f}" in text[text.index("Whole videos") :]
    assert "Whole videos" not in plain(PAGE)
    one_class = {row: {**own.metrics[row], "auc": None, "auc_low": None, "auc_high": None} for row in METHODS}
    assert "whole picture n/a face n/a both together n/a" in plain(render(videos={**videos, **one_class}))


NOISE = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), dtype=np.uint8)
LARGE = results.encoded(Image.fromarray(NOISE))


def test_large_pictures_are_reduced_until_the_page_is_small() -> None:
    html = render(pictures=dict.fromkeys(page.PICTURES, LARGE))
    assert len(LARGE) > 2 * page.LARGEST_PICTURE
    assert len(html.encode()) < 2_000_000


@pytest.mark.parametrize(
    ("low", "middle", "high", "expected"),
    [
        (-0.05, 0.0, 0.05, {"bound": 0.1, "left": 25, "width": 50, "point": 50}),
        (0.102, 0.2, 0.315, {"bound": 0.5, "left": 60.2, "width": 21.3, "point": 70}),
        (-1.0, -0.5, 0.0, {"bound": 1.0, "left": 0, "width": 50, "point": 25}),
        (-1.2, -1.0, -0.8, {"bound": 2.0, "left": 20, "width": 10, "point": 25}),
    ],
)
def test_an_interval_s_axis_is_as_narrow_as_it_can_be(low: float, middle: float, high: float, expected: object) -> None:
    assert wording.bar({"difference": middle, "interval": [low, high]}) == pytest.approx(expected)


def test_a_sentence_divides_into_answer_and_facts() -> None:
    assert wording.headline("crop is better: AUC 1; W.", "crop is better", ["W"]) == ("crop is better.", "AUC 1.")
    assert wording.headline("nothing to compare", "no difference shown", []) == ("nothing to compare", "")


def test_several_trainings_have_their_section() -> None:
    again = results.made(trainings=5)
    text = plain(page.render(again))
    assert "Each method was trained five times, and both on the same pictures" in text
    assert "Would it come out the same again?" in text
    assert "Between trainings, beyond what the pictures make it" in text
    assert "for trainings from these 140 pictures" in text
    assert again.comparison["averaged"]["sentence"] in text
    assert f"sd {again.metrics['crop']['auc_sd']:.3f}" in text
    assert "each picture counts 5 times" in text
    wins = again.comparison["verdict"]["auc"]["trainings"]["wins_of_100"]
    words = "more than 99" if wins == 100 else str(wins)
    assert (f"In {words} of 100 new pairs" in text) == (wins is not None)


def test_one_training_cannot_say_whether_it_would_come_out_the_same() -> None:
    text = plain(PAGE)
    assert "Two methods were trained on the same pictures" in text
    assert "split.repeats is 1), so this page cannot say" in text
    assert "sd " not in text.split("Differences")[0].split("Scores")[-1]


def test_trainings_without_an_auc_say_so() -> None:
    reals = results.scored().query("label == 'real'")
    assert "cannot be compared: there is no AUC" in plain(page.render(results.made(reals, trainings=3)))


def test_robustness_of_some_trainings_says_of_which() -> None:
    again = results.made(trainings=5)
    assert "The first 1 of the 5 trainings of each method" in plain(page.render(again))
    assert "evaluate.robustness_trainings" not in plain(PAGE).split("Robustness")[2].split("Audit")[0]
