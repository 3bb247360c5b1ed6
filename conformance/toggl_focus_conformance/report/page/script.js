"use strict";
const dialog = document.querySelector("dialog");
const filters = document.querySelector(".filters");
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
let loaded;

// The details are JSON, gzipped, in base64.
function details() {
  loaded ??= (async () => {
    const text = document.getElementById("details").textContent;
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  })();
  return loaded;
}

// Texts come from servers and SDKs, so they are only ever set as text.
function element(tag, text, ...children) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function terms(pairs) {
  const list = element("dl");
  for (const [name, value] of pairs) list.append(element("dt", name), element("dd", value));
  return list;
}

function bytes(result) {
  const block = element("pre");
  for (const [ms, kind, text, cut, port, connection] of result.bytes) {
    const where = connection ? ` ${port} ${connection}` : "";
    const line = element("span", `${ms.toFixed(1)} ms ${kind}${where} ${text}${cut ? ` … ${cut} more` : ""}\n`);
    if (kind === "→" || kind === "call") line.className = "out";
    block.append(line);
  }
  if (result.omitted) block.append(`… ${result.omitted} more lines\n`);
  return block;
}

function shown(status, result, requirement) {
  const found = element("section", "", element("h3", `${result.id}: ${status}`), element("p", result.title));
  const checks = result.checks.filter((each) => each[0] === requirement);
  for (const [, where, expected, actual] of checks) {
    found.append(terms([["where", where], ["expected", expected], ["actual", actual]]));
  }
  if (!checks.length && result.reason && status !== "pass") found.append(element("p", result.reason));
  if (result.bytes.length) found.append(element("h4", "The bytes"), bytes(result));
  if (result.curl.length) found.append(element("h4", "The same request"), element("pre", result.curl.join("\n")));
  found.append(element("h4", "The same case"), element("pre", result.again));
  return found;
}

async function open(button) {
  const name = button.dataset.cell;
  const requirement = name.split(" ")[0];
  dialog.querySelector("h2").textContent = button.getAttribute("aria-label");
  dialog.querySelector(".requirement").textContent = button.closest("tr").querySelector(".text").textContent;
  const place = dialog.querySelector(".cases");
  place.replaceChildren(element("p", "…"));
  dialog.showModal();
  dialog.scrollTop = 0;
  const { cells, results } = await details();
  const cell = cells[name];
  place.replaceChildren(...cell.shown.map(([status, number]) => shown(status, results[number], requirement)));
  if (cell.others.length) {
    const names = cell.others.map(([status, id]) => element("li", `${id}: ${status}`));
    const more = cell.more ? [element("li", `and ${cell.more} more`)] : [];
    const count = cell.others.length + cell.more;
    place.append(element("details", "", element("summary", `${count} more cases`), element("ul", "", ...names, ...more)));
  }
}

function filter() {
  const wanted = Object.fromEntries(all("select", filters).map((each) => [each.dataset.filter, each.value]));
  for (const cell of all("#matrix [data-run]")) cell.hidden = wanted.run !== "" && cell.dataset.run !== wanted.run;
  let count = 0;
  for (const group of all("#matrix tbody")) {
    let left = 0;
    for (const row of all("tr[data-level]", group)) {
      const cells = all("td", row).filter((each) => !each.hidden);
      const fits =
        (!wanted.level || row.dataset.level === wanted.level) &&
        (!wanted.status || cells.some((each) => each.dataset.status === wanted.status)) &&
        (wanted.run === "" || cells.some((each) => each.dataset.status));
      row.hidden = !fits;
      left += fits;
    }
    group.hidden = !left || (wanted.area && group.dataset.area !== wanted.area);
    count += group.hidden ? 0 : left;
  }
  filters.querySelector("output").textContent = count === 1 ? "1 requirement" : `${count} requirements`;
  const chosen = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  history.replaceState(null, "", `${location.pathname}${chosen.size ? `?${chosen}` : ""}${location.hash}`);
}

for (const select of all("select", filters)) {
  const value = new URLSearchParams(location.search).get(select.dataset.filter);
  if (value !== null && [...select.options].some((each) => each.value === value)) select.value = value;
}
filters.addEventListener("change", filter);
filters.addEventListener("submit", (event) => event.preventDefault());
filter();

document.querySelector("#matrix table").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-cell]");
  if (button) open(button);
});
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
