#!/usr/bin/env bash
# What the pipeline's results are against those of another commit, in Markdown: the verdict, what changed of the metrics,
# and charts. Writes FOLDER/report.md and the charts that it shows; FOLDER/summary.md is the same without charts.
#
#     .github/report.sh [COMMIT] [FOLDER]
#
# No picture of the source is in it: those stay where they are.
set -euo pipefail
cd "$(dirname "$0")/.."
commit=${1:-origin/main} folder=${2:-report}
mkdir -p "$folder"

# A chart of dvc.yaml, of both commits where what it is drawn from is known of both.
chart() {
    dvc plots diff "$commit" --targets "$1" --show-vega | python -c '
import json, sys, vl_convert
sys.stdout.buffer.write(vl_convert.vegalite_to_png(json.load(sys.stdin), scale=1.5, allowed_base_urls=[]))' > "$2"
}

{
    echo "## Whole picture or face?"
    echo
    python -c 'import json; print(json.load(open("metrics/comparison.json"))["verdict"]["sentence"])'
    echo
    echo "### What changed against $(git rev-parse --short "$commit")"
    echo
    changes=$(dvc metrics diff --md "$commit")
    if [ "$(wc -l <<< "$changes")" -gt 2 ]; then  # more than the head of a table
        echo "$changes"
        echo
        echo "On another processor the last digits of every training differ, also where nothing was changed."
    else
        echo "No metric."
    fi
} > "$folder/summary.md"

cp "$folder/summary.md" "$folder/report.md"
while read -r file name; do
    chart "$name" "$folder/$file"
    printf '\n![%s](%s)\n' "$name" "$file" >> "$folder/report.md"
done << 'CHARTS'
trainings.png AUC of each training
pictures.png Probability of fake, whole picture against face
CHARTS
