// The elements of the table of variants that are not on the page without the script.
import { TYPES, cellText } from "./cell_types.js";

let lastId = 0;

export function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// The header of a parameter: its name, its type, and a button that removes it.
export function newHeader() {
  const input = make("input", { className: "parameter-name", placeholder: "e.g. color" });
  const select = make("select", { className: "parameter-type" });
  for (const [type, title] of Object.entries(TYPES)) select.add(new Option(title, type));
  const cross = make("span", { ariaHidden: "true" }, "×");
  const hidden = make("span", { className: "visually-hidden" });
  const removal = make("button", { type: "button", className: "button-icon" }, cross, hidden);
  const th = make("th", { scope: "col", className: "parameter", role: "columnheader" });
  th.append(newLabel(input), input, removal, newLabel(select), select);
  return { th, input, select, removal };
}

export function showName(column) {
  column.input.value = column.key ?? "";
  column.shownName = column.input.value; // without the line breaks of the key
}

// A value's cell.
export function newCell(type, json) {
  const control = type === "boolean" ? newChoice(json) : newField(type, json);
  const td = make("td", { className: "parameter", role: "cell" }, newLabel(control), control);
  return { td, control };
}

// A line, or a text area where a line would lose the line breaks.
function newField(type, json) {
  const value = cellText(type, json);
  const lines = value.split("\n").length;
  const field = lines > 1 ? make("textarea", { rows: Math.min(lines, 14), value }) : make("input", { value });
  field.classList.toggle("code", type === "json");
  if (type === "number") field.inputMode = "decimal";
  if (json === '""') field.placeholder = "empty text";
  return field;
}

function newChoice(json) {
  const choice = make("select", {}, ...["", "true", "false"].map((value) => new Option(value, value)));
  choice.value = json;
  return choice;
}

function newLabel(control) {
  control.id = `parameter-${++lastId}`;
  return make("label", { htmlFor: control.id }, make("span", {}), make("span", { className: "visually-hidden" }));
}

export function setLabel(control, title, rest = "") {
  const [first, second] = control.previousElementSibling.children;
  if (first.textContent !== title) first.textContent = title;
  if (second.textContent !== rest) second.textContent = rest;
}

// Enter goes down, as in a spreadsheet.
export function goDown(event) {
  const cell = event.target.closest("#variants-table :is(td, th.parameter)");
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !cell || !event.target.matches("input")) return;
  event.preventDefault();
  const isHeader = cell.matches("th");
  const row = isHeader ? cell.closest("table").querySelector("tbody tr") : cell.parentElement.nextElementSibling;
  const kind = `.${cell.className}`;
  const index = [...cell.parentElement.querySelectorAll(kind)].indexOf(cell);
  const below = row?.querySelectorAll(kind)[index] ?? row?.querySelector("td.json:not([hidden])");
  below?.querySelector("input, select, textarea")?.focus();
}

// A table that is pasted into one cell can become variants.
export function offerPaste(event) {
  const text = event.clipboardData.getData("text/plain");
  const isName = event.target.closest("td.name"); // a value can have a tab, or be indented JSON
  const isTable = text.trim().includes("\t") && (isName || (text.trim().includes("\n") && !/^\s*[{[]/.test(text)));
  if (!isTable || !event.target.closest("#variants-table")) return;
  event.preventDefault();
  import("./paste.js").then(({ ask }) => ask(event.target, text));
}
