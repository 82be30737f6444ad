"use strict";
// Hands files over one by one, and shows what is said of them. Whatever comes from a file is set as text, never as markup.

const NAMES = { full: "whole picture", crop: "face", ensemble: "both together" };
const VIEWS = {
  whole: "The picture, and the face that was found",
  whole_attention: "Where a whole-picture network looked",
  face: "The face, as the face network sees it",
  face_attention: "Where a face network looked",
};
const limits = document.body.dataset;
const suffixes = new Set(limits.suffixes.split(" "));
const at = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

const probability = (value) => (value === null ? "-" : value.toFixed(3));
const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

// ---- files: from a choice, a drop or a folder

const waiting = [];
let working = 0, done = 0, total = 0, failed = 0, ending = new AbortController();

function take(named, whole = true) {
  const known = whole ? named : named.filter(({ name }) => suffixes.has(suffixOf(name)));
  const room = Math.max(0, Number(limits.files) - (total - done));
  const taken = known.slice(0, room);
  const notes = [];
  if (known.length < named.length) notes.push(`left out: ${counted(named.length - known.length, "file")} named like neither a picture nor a video`);
  if (taken.length < known.length) notes.push(`left out: ${counted(known.length - taken.length, "file")}, since ${limits.files} are taken at a time`);
  if (!known.length) notes.push("there is nothing to examine");
  for (const { file, name } of taken) {
    const card = make("article", { class: "waiting", "aria-label": name }, make("h2", {}, name), make("p", { class: "quiet" }, "Waiting ..."));
    at("results").append(card);
    waiting.push({ file, name, card });
  }
  total += taken.length;
  note = notes.length ? `${notes.join("; ")}.` : "";
  tell();
  while (working < Number(limits.atOnce) && waiting.length) work();
}

let note = "";
const suffixOf = (name) => (name.match(/\.[^./]+$/) || [""])[0].toLowerCase();
const fromInput = (input) => [...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));

async function fromEntry(entry, found) {
  if (found.length > 20 * Number(limits.files)) return;
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject)).catch(() => null);
    if (file) found.push({ file, name: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => []);
    if (!entries.length) return;
    for (const each of entries) await fromEntry(each, found);
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return take([...transfer.files].map((file) => ({ file, name: file.name })));
  const found = [];
  for (const entry of entries) await fromEntry(entry, found);
  return take(found, false);
}

// ---- handing over

async function work() {
  const { file, name, card } = waiting.shift();
  working += 1;
  card.lastChild.textContent = "Being examined ...";
  const said = await handOver(file, name);
  working -= 1;
  done += 1;
  failed += said.problem ? 1 : 0;
  if (card.isConnected) show(card, said, name, () => again(file, name, card));
  tell();
  if (waiting.length) work();
}

async function handOver(file, name) {
  if (file.size > Number(limits.bytes)) return { problem: `${Math.round(file.size / 1e6).toLocaleString("en")} MB; ${limits.bytes / 1e6} MB at the most are taken of one file.` };
  try {
    const answer = await fetch(`/examine?name=${encodeURIComponent(name)}`, {
      method: "POST", body: file, headers: { "content-type": "application/octet-stream" }, signal: ending.signal,
    });
    const said = await answer.json();
    return { ...said, again: answer.status === 503 || answer.status === 408 };
  } catch (error) {
    if (error.name === "AbortError") return { problem: "Stopped.", again: true };
    return { problem: "No answer: is the program still running in its terminal? And is the file still there?", again: true };
  }
}

function again(file, name, card) {
  card.className = "waiting";
  card.replaceChildren(make("h2", {}, name), make("p", { class: "quiet" }, "Waiting ..."));
  waiting.push({ file, name, card });
  done -= 1;
  failed -= 1;
  tell();
  if (working < Number(limits.atOnce)) work();
}

function tell() {
  const busy = done < total;
  const results = total ? `${done} of ${counted(total, "file")} examined${failed ? `, ${failed} without a result` : ""}.` : "";
  at("status").textContent = [results, note].filter(Boolean).join(" ").replace(/^./, (first) => first.toUpperCase());
  at("progress").hidden = at("stop").hidden = !busy;
  at("clear").hidden = busy || !total;
  at("progress").max = Math.max(1, total);
  at("progress").value = done;
}

function stop() {
  for (const { card } of waiting.splice(0)) {
    card.remove();
    total -= 1;
  }
  ending.abort();
  ending = new AbortController();
  tell();
}

function clear() {
  at("results").replaceChildren();
  done = total = failed = 0;
  note = "";
  tell();
  at("files").focus();
}

// ---- showing

function show(card, said, name, retry) {
  card.className = "";
  const heading = make("h2", {}, said.name || name);
  if (said.problem) {
    const button = make("button", { type: "button" }, "Try again");
    button.addEventListener("click", retry);
    card.replaceChildren(heading, make("p", { class: "problem" }, `No result: ${said.problem}`), ...(said.again ? [make("p", {}, button)] : []));
    return;
  }
  const [first, ...others] = said.views;
  card.replaceChildren(
    heading,
    make("p", { class: "answer" }, answer(said)),
    ...likeness(said.views),
    said.scores.face === "yes" ? "" : make("p", {}, "No face was found, so the whole picture alone decides."),
    pictures(first, said.medium === "video"),
    make("p", { class: "quiet" }, `${limits.legend} The maps are of the first training's networks.`),
    others.length ? details(`${counted(others.length, "further frame")}`, ...others.map((view) => pictures(view, true))) : "",
    methods(said),
    fileFacts(said),
  );
}

function answer({ scores, medium }) {
  if (!scores.verdict) return scores.problem;
  const by = scores.face === "yes" ? "both together" : "the whole picture";
  return `${scores.verdict}, say ${by}: probability of fake ${probability(scores.ensemble)}${medium === "video" ? ", the mean of its frames" : ""}`;
}

function likeness(views) {
  const odd = views.filter((view) => view.unlike);
  const [view] = odd.length ? odd : views;
  const frames = views.length > 1 && odd.length ? `${odd.length} of ${views.length} frames: ` : "";
  if (odd.length) return [make("div", { class: "warning", role: "note" }, make("p", {}, make("strong", {}, "Read this first: "), frames + view.likeness))];
  return [make("p", { class: "quiet" }, view.likeness)];
}

function pictures(view, timed) {
  const captions = view.pictures.face ? VIEWS : { ...VIEWS, whole: "The picture" };
  const figures = Object.entries(captions).filter(([key]) => view.pictures[key]).map(([key, caption]) =>
    make("figure", {}, make("img", { src: view.pictures[key], alt: caption, width: 320, height: 320 }), make("figcaption", {}, caption)));
  const scores = Object.keys(NAMES).map((method) => `${NAMES[method]} ${probability(view.scores[method])}`).join(", ");
  return make("div", {}, timed ? make("p", { class: "quiet" }, `At ${view.seconds.toFixed(1)} s: ${scores}`) : "", make("div", { class: "views" }, ...figures));
}

function methods({ scores, trainings }) {
  const rows = Object.entries(NAMES).map(([method, name]) => {
    const spread = trainings[method];
    return make("tr", {},
      make("th", { scope: "row" }, name),
      make("td", {}, probability(scores[method])),
      make("td", {}, spread ? track(method, scores[method], spread) : "no face"));
  });
  const several = trainings.full && trainings.full.each.length;
  const caption = several > 1 ? `Probability of fake: of the mean logit of ${several} trainings, and each training by itself` : "Probability of fake";
  return make("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 }, make("table", { class: "methods" },
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...["Method", "Probability", several > 1 ? "Trainings" : ""].map((text) => make("th", { scope: "col" }, text)))),
    make("tbody", {}, ...rows)));
}

function track(method, mean, { each, low, high, sd }) {
  const words = each.length > 1 ? `${probability(low)} to ${probability(high)}, sd ${probability(sd)}` : "";
  const marks = each.map((value) => placed(make("i"), value));
  const bar = make("span", { class: `track ${method}`, role: "img", "aria-label": `${probability(mean)} on an axis from 0, real, to 1, fake` }, ...marks, placed(make("b"), mean));
  return make("div", {}, bar, make("span", { class: "ends", "aria-hidden": "true" }, make("span", {}, "0"), make("span", {}, "1")), make("small", {}, words));
}

function placed(mark, value) {
  mark.style.left = `${100 * value}%`;
  return mark;
}

function details(summary, ...children) {
  return make("details", {}, make("summary", {}, summary), ...children);
}

function fileFacts({ facts, credentials }) {
  const lines = [...facts, ["Content Credentials", credentials.sentence], ...credentials.claims];
  const list = make("dl", {}, ...lines.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  const found = details(`The file: ${facts[0][1]}, ${facts[1][1]}; Content Credentials ${credentials.sentence}`, list);
  found.className = "file";
  return found;
}

// ---- experiments

let asked = false;

async function ask() {
  asked = true;
  at("again").disabled = true;
  at("asked").textContent = "DVC is asked; that takes some seconds ...";
  const said = await fetch("/experiments").then((answer) => answer.json()).catch(() => ({ problem: "No answer: is the program still running in its terminal?" }));
  at("again").disabled = false;
  at("asked").textContent = said.problem || [said.note, said.left_out ? `${said.left_out} further parameters differ, and are not shown.` : ""].filter(Boolean).join(" ") || counted(said.rows.length, "line") + ".";
  if (!said.problem) list(said);
}

function list({ columns, rows }) {
  const head = ["Experiment", "Created", ...columns].map((text) => make("th", { scope: "col" }, text));
  const lines = rows.map((row) => make("tr", { class: row.within ? "within" : "" },
    make("th", { scope: "row" }, row.name),
    make("td", {}, row.created),
    ...row.cells.map((cell, index) => make("td", {}, row.note && !index ? row.note : cell))));
  at("table").replaceChildren(make("div", { class: "scroll", role: "region", "aria-label": "Experiments", tabindex: 0 },
    make("table", {}, make("caption", {}, "Experiments stand below the commit that they started from"), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...lines))));
  const ready = rows.filter((row) => !row.note);
  at("reports").hidden = ready.length < 2;
  for (const [side, index] of [["left", 0], ["right", 1]]) {
    const before = at(side).value;
    at(side).replaceChildren(...ready.map((row) => make("option", { value: row.revision }, row.name)));
    at(side).value = ready.some((row) => row.revision === before) ? before : (ready[Math.min(index, ready.length - 1)] || {}).revision;
    if (ready.length > 1) frame(side);
  }
}

function frame(side) {
  const option = at(side).selectedOptions[0];
  at(`${side}-state`).textContent = "being fetched ...";
  at(`${side}-report`).title = `Report of ${option.textContent}`;
  at(`${side}-report`).src = `/experiments/${encodeURIComponent(option.value)}/report`;
}

// ---- tabs, choices, drops

const tabs = [...document.querySelectorAll("[role=tab]")];

function select(tab, focus = true) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    at(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (focus) tab.focus();
  if (tab.id === "tab-experiments" && !asked) ask();
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) select(tabs[(index + step + tabs.length) % tabs.length]);
  });
}
for (const id of ["files", "folder"]) {
  at(id).addEventListener("change", () => {
    take(fromInput(at(id)), id === "files");
    at(id).value = "";
  });
}
let over = 0;
document.addEventListener("dragenter", () => at("drop").classList.toggle("over", (over += 1) > 0));
document.addEventListener("dragleave", () => at("drop").classList.toggle("over", (over -= 1) > 0));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  over = 0;
  at("drop").classList.remove("over");
  select(tabs[0], false);
  dropped(event.dataTransfer);
});
at("stop").addEventListener("click", stop);
at("clear").addEventListener("click", clear);
at("again").addEventListener("click", ask);
for (const side of ["left", "right"]) {
  at(side).addEventListener("change", () => frame(side));
  at(`${side}-report`).addEventListener("load", () => { at(`${side}-state`).textContent = ""; });
}
