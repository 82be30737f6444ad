"""Make `page.html` anew: the page that `dvc plots` fills, with Vega inside, so that it needs no network.

Run by `make plots-template` after another vl-convert. DVC puts the plots in place of `{plot_divs}` and a line that
reloads the page in place of `{refresh_tag}`; its `{scripts}`, which would fetch Vega, is left out.
"""

from pathlib import Path

import vl_convert

HERE = Path(__file__).parent

# Vega keeps to itself, because DVC's scripts and ours share one scope; the page gets nothing but `vegaEmbed`.
SCRIPT = """
(() => {
%s
const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
const options = {
  mode: "vega-lite",
  actions: { export: true, source: false, compiled: false, editor: false },
  config: { background: "transparent", axis: { gridOpacity: dark ? 0.25 : 1 } },
  theme: dark ? "dark" : undefined,
};
const embed = window.vegaEmbed;
// DVC's templates name the schema of Vega-Lite 5; without it nobody warns that this is a later one.
// Of a table without rows DVC makes an empty specification.
window.vegaEmbed = (place, { $schema, ...spec }) => {
  if (Object.keys(spec).length) return embed(place, spec, options);
  document.querySelector(place).remove();
};
})();
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval';
 style-src 'unsafe-inline'; img-src 'self' file: data: blob:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>facevalue: plots</title>
<link rel="icon" href="data:,">
{refresh_tag}
<style>
:root { color-scheme: light dark; --paper: #fff; --panel: #f4f6f8; --ink: #1a2027; --quiet: #58636f; --line: #d8dee4; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --panel: #1d232a; --ink: #e8ecf0; --quiet: #a3adb8; --line: #343c46; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); }
body { font: 1rem/1.5 system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
header, main { max-width: 90rem; margin: 0 auto; padding: 1.5rem 1.25rem 0; }
h1 { font-size: 1.6rem; letter-spacing: -.01em; margin: 0; }
header p { color: var(--quiet); margin: .25rem 0 0; }
main { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; padding-bottom: 3rem; }
main > div { border: 1px solid var(--line) !important; border-radius: .5rem; padding: 1rem; }
main > div { max-width: 100%; overflow-x: auto; }
main > div[style] { text-align: left !important; white-space: normal !important; background: var(--panel); }
main > div[style] { flex: 1 1 100%; display: grid; gap: .75rem; }
main > div[style] { grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); }
main > div[style] > p { grid-column: 1 / -1; font-weight: 600; margin: 0; }
main > div[style] > div { border: 0 !important; margin: 0 !important; }
main > div[style] > div > p { color: var(--quiet); margin: 0 0 .25rem; }
main img { max-width: 100%; height: auto; display: block; border-radius: .25rem; }
.vega-embed summary { opacity: .3 !important; }
</style>
<script>
</script>
</head>
<body>
<header><h1>Plots</h1><p>As DVC draws them; <code>plots/report.html</code> tells what they say.</p></header>
<main>
{plot_divs}
</main>
</body>
</html>
"""


def page() -> str:
    """The whole template."""
    licences = (HERE / "licences.txt").read_text(encoding="utf-8")
    script = SCRIPT % vl_convert.javascript_bundle()
    made = PAGE.replace("<script>\n", f"<script>\n/*!\n{licences}*/{script}")
    assert all(made.count(place) == 1 for place in ("{plot_divs}", "{refresh_tag}")), "DVC would fill Vega's own code"
    return made


if __name__ == "__main__":
    (HERE / "page.html").write_text(page(), encoding="utf-8")
