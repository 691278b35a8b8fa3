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

// Shows the rows and columns of a table that `shows` says, with the heads above them and the groups around them.
function filter(holder, shows) {
  const table = holder.querySelector("table");
  const rows = [...table.querySelectorAll("tbody tr")].filter((row) => row.querySelector("th[scope=row]"));
  const [up, across] = [JSON.parse(holder.dataset.rows), JSON.parse(holder.dataset.columns)];
  const spans = new Map();
  rows.forEach((row, at) => { row.hidden = !shows(up[at]); });
  for (const body of table.tBodies) body.hidden = rows.every((row) => row.parentNode !== body || row.hidden);
  heads(table).forEach(([head, spanner], at) => {
    head.hidden = !shows(across[at]);
    for (const row of rows) row.cells[at + 1].hidden = head.hidden;
    if (spanner) spans.set(spanner, (spans.get(spanner) || 0) + (head.hidden ? 0 : 1));
  });
  for (const [spanner, span] of spans) { spanner.hidden = span === 0; spanner.colSpan = Math.max(span, 1); }
}

// Boxes choose at once where the page holds all that they name; else the form asks the server.
function choose(form) {
  const holders = [...document.querySelectorAll(".chosen")];
  const boxes = [...form.querySelectorAll("input")];
  const there = holders.flatMap((holder) => [...JSON.parse(holder.dataset.rows), ...JSON.parse(holder.dataset.columns)]);
  if (!boxes.every((box) => there.some((part) => part[box.name] === box.value))) return;

  function apply() {
    const sides = new Map();
    for (const box of boxes) if (box.checked) sides.set(box.name, [...(sides.get(box.name) || []), box.value]);
    if ((sides.get("release") || []).length < 2) sides.delete("release");
    const shows = (part) => Object.entries(part).every(([side, key]) => !sides.has(side) || sides.get(side).includes(key));
    for (const holder of holders) filter(holder, shows);
  }

  for (const side of new Set(boxes.map((box) => box.name))) {
    const wanted = asked.getAll(side);
    if (wanted.length) for (const box of boxes) if (box.name === side) box.checked = wanted.includes(box.value);
  }
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  apply();
}

search();
for (const form of document.querySelectorAll(".choice form")) choose(form);
