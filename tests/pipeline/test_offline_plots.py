"""`dvc plots show` and `diff` in a browser that cannot reach anything."""

import runpy
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from facevalue.reporting import page as report
from tests import results
from tests.browser import Browser, needs_browser, running
from tests.pipeline.conftest import ROOT, Project

pytestmark = pytest.mark.pipeline
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())
CHARTS = PIPELINE["plots"]
IMAGES = [next(iter(plot)) for stage in PIPELINE["stages"].values() for plot in stage.get("plots", [])]
DRAWN = "document.querySelectorAll('.vega-embed svg.marks, .vega-embed canvas').length"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A repository with this checkout's plots and their data, but no stages."""
    project = Project(tmp_path_factory.mktemp("plots") / "project")
    project.root.mkdir()
    project.run("git", "init", "--quiet")
    for key, value in (("user.name", "Test"), ("user.email", "test@example.com")):
        project.run("git", "config", key, value)
    project.run("dvc", "init", "--quiet")
    shutil.copy(ROOT / ".dvc/config", project.root / ".dvc/config")
    shutil.copytree(ROOT / ".dvc/plots", project.root / ".dvc/plots", dirs_exist_ok=True)
    (project.root / "dvc.yaml").write_text(yaml.safe_dump({"plots": [*CHARTS, *IMAGES]}))
    results.write(project.root, results.with_unseen_kinds(results.made()))
    project.commit()
    return project


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@needs_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_show_draws_every_plot(drawn: Project, browser: Browser, dark: bool) -> None:
    drawn.run("dvc", "plots", "show", "--out", "shown")
    opened(browser, drawn.root / "shown/index.html", dark, images=len(IMAGES))


@needs_browser
def test_diff_sets_two_states_side_by_side(drawn: Project, browser: Browser) -> None:
    other = results.with_unseen_kinds(results.made(results.scored(seed=1)))
    shutil.rmtree(drawn.root / "plots")
    results.write(drawn.root, other)
    drawn.run("dvc", "plots", "diff", "HEAD", "--out", "compared")
    opened(browser, drawn.root / "compared/index.html", dark=False, images=2 * len(IMAGES))


def test_a_kind_is_no_markup_on_the_page_which_has_a_policy(drawn: Project) -> None:
    hostile, made = "</script><script>document.title = 'ran'</script><img src=x onerror='ran'>", results.made()
    shutil.rmtree(drawn.root / "plots", ignore_errors=True)
    results.write(drawn.root, replace(made, scores=made.scores.assign(kind=hostile)))
    drawn.run("dvc", "plots", "show", "--out", "marked")
    text = (drawn.root / "marked/index.html").read_text(encoding="utf-8")
    assert "document.title = 'ran'" in text  # the kind is there
    assert "<script>document.title" not in text
    assert "<img src=x" not in text
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    assert policy in text
    assert policy in report.render(made)


@needs_browser
def test_a_strangers_words_stay_words(drawn: Project, browser: Browser) -> None:
    hostile = "</script><script>document.title = 'ran'</script><img src=x onerror=\"document.title = 'ran'\">"
    made = results.made()
    shutil.rmtree(drawn.root / "plots", ignore_errors=True)
    results.write(drawn.root, replace(made, scores=made.scores.assign(kind=hostile)))
    drawn.run("dvc", "plots", "show", "--out", "hostile")
    page = browser.open(drawn.root / "hostile/index.html")
    page.wait_for(f"{DRAWN} == {len(CHARTS) - 1}")  # no kind is left out, so that there is no chart of them
    assert page.evaluate("document.title") == "facevalue: plots"
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0
    assert page.problems == []
    text = (drawn.root / "hostile/index.html").read_text(encoding="utf-8")
    assert "onerror" in text  # the kind is there
    assert "<img src=x" not in text


@needs_browser
def test_the_pages_policy_lets_it_reach_nothing(drawn: Project, browser: Browser) -> None:
    drawn.run("dvc", "plots", "show", "--out", "policy")
    page = browser.open(drawn.root / "policy/index.html")
    page.wait_for(f"{DRAWN} > 0")
    asked = "fetch('https://example.com/').then(() => 'sent', error => 'refused')"
    assert page.evaluate(asked) == "refused"
    assert page.outside == []
    refused = """new Promise(done => {
        document.addEventListener('securitypolicyviolation', event => done(event.blockedURI));
        new Image().src = 'https://example.com/a.png';
        setTimeout(() => done('nothing was refused'), 5000);
    })"""
    assert page.evaluate(refused) == "https://example.com/a.png"


def opened(browser: Browser, file: Path, dark: bool, images: int) -> None:
    """Open a page; everything on it is drawn, and nothing was asked of the network."""
    page = browser.open(file, dark=dark)
    page.wait_for(f"{DRAWN} == {len(CHARTS)}")
    assert page.problems == []
    assert page.outside == []
    assert page.overflow() == 0
    assert page.evaluate("[...document.images].filter(image => image.naturalWidth > 0).length") == images


@pytest.mark.javascript
def test_the_page_is_what_its_script_makes() -> None:
    made = runpy.run_path(str(ROOT / ".dvc/plots/page.py"))["page"]()
    assert made == (ROOT / ".dvc/plots/page.html").read_text(encoding="utf-8")
    assert "University of Washington Interactive Data Lab" in made
    assert "{scripts}" not in made
