// Chooses rows and columns, and searches, without a server. Everything works without it where a server answers.
"use strict";

const asked = new URLSearchParams(location.search);

// Words in small letters without accents, as the server folds them.
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function search() {
  const hits = document.getElementById("hits");
  const words = folded(asked.get("q") || "").split(/\s+/).filter(Boolean);
  if (!hits || !words.length) return;
  const has = (text) => words.every((word) => folded(text).includes(word));
  const [titled, others] = [[], []];
  for (const hit of hits.children) {
    const title = hit.querySelector("a").textContent;
    hit.hidden = !has(`${title} ${hit.querySelector("p").textContent}`);
    (has(title) ? titled : others).push(hit);
  }
  hits.append(...titled, ...others);
  const shown = [...hits.children].filter((hit) => !hit.hidden).length;
  document.getElementById("none").hidden = shown > 0;
  const heading = document.getElementById("found");
  heading.textContent = heading.dataset.found.replace("#", shown);
  document.getElementById("site-search").value = asked.get("q");
}

// The cells of the head above each column, the stub left aside.
function heads(table) {
  const [first, second] = table.tHead.rows;
  const lower = second ? [...second.cells] : [];
  const columns = [];
  for (const cell of [...first.cells].slice(1)) {
    if (!second || cell.rowSpan > 1) columns.push([cell]);
    else for (let span = cell.colSpan; span > 0; span -= 1) columns.push([lower.shift(), cell]);
  }
  return columns;
}

function choose(form) {
  const table = document.querySelector(".exhibit table");
  const boxes = (side) => [...form.querySelectorAll(`input[name="${side}"]`)];
  const rows = [...table.querySelectorAll("tbody tr")].filter((row) => row.querySelector("th[scope=row]"));
  const columns = heads(table);
  const whole = (side, there) => !boxes(side).length || boxes(side).length === there.length;
  if (form.querySelector('input[name="release"]') || !whole("row", rows) || !whole("column", columns)) return;

  function apply() {
    const ticked = (side) => boxes(side).map((box) => box.checked);
    const [up, across] = [ticked("row"), ticked("column")];
    const shows = (list, at) => !list.includes(true) || list[at];
    rows.forEach((row, at) => { row.hidden = !shows(up, at); });
    const spans = new Map();
    columns.forEach(([head, spanner], at) => {
      head.hidden = !shows(across, at);
      for (const row of rows) row.cells[at + 1].hidden = head.hidden;
      if (spanner) spans.set(spanner, (spans.get(spanner) || 0) + (head.hidden ? 0 : 1));
    });
    for (const [spanner, span] of spans) { spanner.hidden = span === 0; spanner.colSpan = Math.max(span, 1); }
  }

  for (const side of ["row", "column"]) {
    const wanted = asked.getAll(side);
    if (wanted.length) for (const box of boxes(side)) box.checked = wanted.includes(box.value);
  }
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  apply();
}

search();
for (const form of document.querySelectorAll(".choice form")) choose(form);
