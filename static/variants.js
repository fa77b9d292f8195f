// The table of variants: a column for each key of their JSON objects. The text areas stay what is submitted; a cell
// changes its value in their text, and nothing else there.
import { INVALID, cellType, convert, problemOf, toJson } from "./cell_types.js";
import { columnType, isChosen, keepType, readTypes, typesWith, writeTypes } from "./chosen_types.js";
import { goDown, newCell, newHeader, offerPaste, setLabel, showName } from "./table_cells.js";
import { showNotes } from "./table_notes.js";
import { currentRow, hasKey, isWritten, membersOf, renameKey, renamedText } from "./variant_row.js";
import { setValue, showView, sumOfShares, titlesOf, valueIn, write } from "./variant_row.js";

const MAX_PARAMETERS = 20; // of a row; more are easier to edit as JSON
let form = null;
let rows = [];
let columns = []; // {key, type, shownName, refusal, th, input, select, removal}; without a name, the key is null
let allAsJson = false;
const chosenAsJson = new Set(); // rows whose text somebody wants to see
const cellOf = new WeakMap(); // by control
let lastEdit = null; // {cell, base, text}: clearing a cell and typing again keeps the position in the object
let removed = []; // parameters with their values, the last one last
let marks = []; // what the server has to say about cells: {row, key, message}

const byId = (id) => document.getElementById(id);
const tableRows = () => rows.filter((row) => !row.asJson);
const cellsOf = (column) => tableRows().map((row) => row.cells.get(column));

export function showTable(element) {
  const linked = form ? "" : location.hash.slice(1);
  if (!form) listen(element);
  else readTypes(form.elements.types);
  marks = [];
  rebuild(({ area }) => area.value.trim() && (area.closest(".has-error") || area.id === linked));
}

export function showMarks(newMarks) {
  marks = newMarks;
  showMessages();
}

// --- build the table from the text areas
function rebuild(hasToShowJson = () => false) {
  if (rows[0]?.tr.isConnected) nameColumns();
  const empty = columns.map(({ key }) => key).filter((key) => key !== null && !rows.some((row) => valueIn(row, key)));
  for (const node of form.querySelectorAll(".variants .parameter")) node.remove();
  rows = [...form.querySelectorAll(".variant")].map(currentRow);
  for (const row of rows) if (hasToShowJson(row)) chosenAsJson.add(row);
  for (const row of rows) row.asJson = isShownAsJson(row);
  const keys = new Set(rows.flatMap((row) => (membersOf(row) ?? []).map(({ key }) => key)));
  const names = [...keys, ...empty.filter((key) => !keys.has(key))];
  columns = [];
  for (const key of names.length ? names : [null]) addColumn(key);
  update();
}

function isShownAsJson(row) {
  return allAsJson || chosenAsJson.has(row) || !membersOf(row) || membersOf(row).length > MAX_PARAMETERS;
}

function addColumn(key) {
  const values = rows.map((row) => valueIn(row, key)).filter(Boolean);
  const column = { key, type: columnType(key, values), ...newHeader() };
  showName(column);
  column.select.value = column.type;
  columns.push(column);
  form.querySelector(".variants thead .json").before(column.th);
  for (const row of tableRows()) row.jsonCell.before(addCell(row, column, valueIn(row, key)).td);
  return column;
}

function addCell(row, column, json) {
  const type = cellType(column.type, json);
  const cell = { row, column, type, json, problem: problemOf(column.type, json), ...newCell(type, json) };
  row.cells.set(column, cell);
  cellOf.set(cell.control, cell);
  return cell;
}

// --- what is around the cells, after each change
function update() {
  const hasCells = tableRows().length > 0;
  form.querySelector(".variants thead .json").hidden = hasCells;
  for (const column of columns) column.th.hidden = !hasCells;
  for (const row of rows) showView(row, hasCells ? columns.length : 1);
  Object.assign(byId("edit-as-json"), { textContent: hasCells ? "Edit as JSON" : "Edit as a table", hidden: false });
  byId("add-parameter").hidden = !hasCells;
  const last = removed.findLast(isRestorable);
  Object.assign(byId("undo-parameter"), { textContent: `Undo: restore ${last?.key}`, hidden: !last });
  showNames();
  showSum();
}

function showNames() {
  writeTypes(columns);
  const variants = titlesOf(rows);
  for (const [index, column] of columns.entries()) {
    const title = column.key || `parameter ${index + 1}`;
    setLabel(column.input, `Name of parameter ${index + 1}`);
    setLabel(column.select, `Type of ${title}`);
    column.removal.lastChild.textContent = `Remove the parameter ${title}`;
    for (const { row, control } of cellsOf(column)) setLabel(control, title, ` of ${variants[rows.indexOf(row)]}`);
  }
  showMessages();
}

const showMessages = () => showNotes(byId("variant-notes"), { rows, columns, marks });

function showSum() {
  const text = sumOfShares(rows);
  if (byId("variants-sum").textContent !== text) byId("variants-sum").textContent = text;
}

// --- change cells and columns
function edit(cell) {
  const { row, column } = cell;
  const hadProblem = cell.problem;
  cell.json = toJson(cell.type, cell.control.value);
  cell.problem = problemOf(column.type, cell.json);
  const isOver = (mark) => mark.key === column.key && (hadProblem || rows[mark.row] === row);
  marks = marks.filter((mark) => !isOver(mark));
  if (column.key === null) return cell.json && setName(column, freeName()); // a value needs a key
  if (cell.problem) keepType(column);
  if (lastEdit?.cell !== cell || lastEdit.text !== row.text) lastEdit = { cell, base: row.text };
  setValue(row, column.key, cell.json, lastEdit.base);
  lastEdit.text = row.text;
}

function rename(column) {
  const name = column.input.value.trim();
  const isChanged = column.input.value !== column.shownName && name && name !== column.key;
  column.refusal = isChanged && isTaken(name) ? `There is a parameter ${name} already` : "";
  if (column.refusal) return showMessages();
  showName(column);
  if (!isChanged) return;
  setName(column, name);
  update();
}

const isTaken = (name) => columns.some(({ key }) => key === name) || rows.some((row) => hasKey(row, name));

function setName(column, name) {
  const { key } = column;
  column.key = name;
  showName(column);
  if (hasTypeToKeep(key, column)) keepType(column);
  if (key === null) for (const cell of cellsOf(column)) edit(cell);
  else for (const row of rows) renameKey(row, key, name);
}

// The values tell any other type.
const hasTypeToKeep = (key, column) => isChosen(key) || !cellsOf(column).some(({ json }) => json);

// What is typed into a name counts for the autosave before the field is left.
export function withTypedName(data) {
  const column = columns.find(({ input }) => input === document.activeElement);
  const name = column?.input.value.trim();
  if (!name || column.input.value === column.shownName || isTaken(name)) return data;
  if (hasTypeToKeep(column.key, column)) data.set("types", typesWith(name, column));
  for (const row of rows) if (hasKey(row, column.key)) data.set(row.area.name, renamedText(row, column.key, name));
  return data;
}

// Before anything is submitted or shown as JSON: a name may still have the focus.
const nameColumns = () => columns.forEach(rename);

// Nobody reviews a number that is none. A draft may have it, as text. Invalid JSON gets the server's explanation.
function stopAtProblem(event) {
  nameColumns();
  const cell = columns.flatMap(cellsOf).find(({ problem }) => problem && problem !== INVALID);
  const wrong = cell?.control ?? columns.find(({ refusal }) => refusal)?.input;
  if (!wrong || !/^(check|plan)$/.test(event.submitter?.value)) return;
  event.preventDefault();
  event.stopPropagation();
  leave(cell);
  wrong.focus();
}

// No problem is shown in the middle of a word.
function type(cell) {
  cell.isTyping = true;
  edit(cell);
}

function leave(cell) {
  if (!cell?.isTyping) return;
  cell.isTyping = false;
  showMessages();
}

function freeName(number = 1) {
  const name = number > 1 ? `value ${number}` : "value";
  return isTaken(name) ? freeName(number + 1) : name;
}

function changeType(column) {
  column.type = column.select.value;
  if (column.key !== null) keepType(column);
  for (const { row, td, json } of cellsOf(column)) {
    const converted = convert(json, column.type);
    if (column.key !== null && converted !== json) setValue(row, column.key, converted);
    td.replaceWith(addCell(row, column, converted).td);
  }
  update();
}

function removeColumn(column) {
  nameColumns();
  const { key } = column;
  const values = rows.map((row) => ({ row, json: valueIn(row, key), before: row.text })).filter(({ json }) => json);
  for (const value of values) {
    setValue(value.row, key, "");
    value.after = value.row.text;
  }
  if (values.length) removed.push({ key, values });
  const index = columns.indexOf(column);
  columns.splice(index, 1);
  rebuild();
  columns[Math.min(index, columns.length - 1)].input.focus();
}

// The rows that were removed since keep their values for when they are back.
const isRestorable = ({ values }) => values.some(({ row }) => row.tr.isConnected);

function undoRemoval() {
  const removal = removed.findLast(isRestorable);
  const { key } = removal;
  const values = removal.values.filter(({ row }) => row.tr.isConnected);
  removal.values = removal.values.filter((value) => !values.includes(value));
  for (const { row, json, before, after } of values) {
    if (row.text === after) write(row, before);
    if (membersOf(row) && valueIn(row, key) !== json) setValue(row, key, json);
  }
  rebuild();
  columns.find((column) => column.key === key)?.input.focus();
}

function addAndFocus() {
  const column = addColumn(null);
  update();
  column.input.focus();
}

// --- show rows as JSON
function toggleAll() {
  allAsJson = tableRows().length > 0;
  chosenAsJson.clear();
  rebuild();
}

function toggle(row) {
  const { area, asJson, tr } = row;
  if (allAsJson) for (const other of rows) chosenAsJson.add(other);
  allAsJson = false;
  chosenAsJson[asJson ? "delete" : "add"](row);
  rebuild();
  tr.querySelector(".menu").open = false;
  (asJson ? tr.querySelector(".parameter :is(input, select, textarea)") : area).focus();
}

// The text area that a link or a button names.
function showJson(id) {
  const row = rows.find(({ area }) => area.id === id);
  if (!row || row.asJson) return;
  if (!row.text.trim()) return setTimeout(() => row.cells.get(columns[0])?.control.focus());
  chosenAsJson.add(row);
  rebuild();
}

// --- listen
function listen(element) {
  form = element;
  columns = readTypes(form.elements.types).map((key) => ({ key })); // those without values too
  form.addEventListener("input", onInput);
  form.addEventListener("change", onChange);
  form.addEventListener("submit", stopAtProblem, { capture: true }); // before anything reads the form
  form.addEventListener("focusout", ({ target }) => leave(cellOf.get(target)));
  form.addEventListener("keydown", goDown);
  form.addEventListener("focusin", ({ target }) => target.matches(".parameter-name") && target.select());
  form.addEventListener("paste", offerPaste);
  document.addEventListener("click", ({ target }) => onClick(target));
  addEventListener("hashchange", () => showJson(location.hash.slice(1)));
}

function onInput({ target }) {
  for (const column of columns) if (column.input === target) column.refusal = "";
  const row = rows.find(({ tr }) => tr.contains(target));
  if (!row) return;
  if (cellOf.has(target)) type(cellOf.get(target));
  if (target === row.area) onText(row);
  if (target === row.share) showSum();
  showNames();
}

// The text of a row has changed, maybe not by its cells.
function onText(row) {
  if (!row.asJson && isWritten(row)) return;
  row.text = row.area.value;
  row.invalid.clear();
  if (row.asJson) update();
  else rebuild();
}

function onChange({ target }) {
  for (const column of columns) {
    if (column.input === target) rename(column);
    if (column.select === target) changeType(column);
  }
}

const BUTTONS = { "add-parameter": addAndFocus, "undo-parameter": undoRemoval, "edit-as-json": toggleAll };

function onClick(target) {
  const button = target.closest("button");
  const row = rows.find(({ tr }) => tr.contains(target));
  const column = columns.find(({ th }) => th.contains(button));
  if (column) removeColumn(column);
  else if (button?.matches("[data-view]")) toggle(row);
  else if (button?.value.startsWith("format-")) showJson(row.area.id);
  else if (button) BUTTONS[button.id]?.();
  else showJson(target.closest("a")?.hash.slice(1));
}
