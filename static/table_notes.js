// What there is to say about cells: marked in the cell, and listed below the table.
import { make } from "./table_cells.js";

// `marks` are the server's: {row, key, message}.
export function showNotes(list, { rows, columns, marks }) {
  for (const control of document.querySelectorAll("#variants-table .marked")) removeNote(control);
  const messages = rows.flatMap(({ name, share }) => [name, share].map(labeledError)).filter(Boolean);
  list.replaceChildren(...messages.map((message) => make("li", { className: "error-message" }, message)));
  const problems = [...refusalsOf(columns), ...problemsOf(rows, columns), ...errorsOf(rows, columns)];
  for (const note of [...problems, ...adviceOf(rows, columns, marks)]) {
    if (note.control && note.message) addNote(list, note);
  }
}

// Why parameters were not renamed.
function refusalsOf(columns) {
  for (const { input, refusal } of columns) input.ariaInvalid = refusal ? "true" : null;
  return columns.map(({ input, refusal }) => ({ control: input, message: refusal, isError: true }));
}

function problemsOf(rows, columns) {
  const cells = columns.flatMap((column) => rows.filter((row) => !row.asJson).map((row) => row.cells.get(column)));
  const left = cells.filter(({ isTyping }) => !isTyping);
  for (const cell of cells) cell.control.ariaInvalid = cell.problem && !cell.isTyping ? "true" : null;
  return left.map(({ control, problem }) => ({ control, message: problem, isError: true }));
}

// The errors of the JSON that is shown as cells.
function errorsOf(rows, [firstColumn]) {
  const shown = rows.filter((row) => !row.asJson);
  return shown.map((row) => ({ control: controlIn(row, firstColumn), message: errorOf(row), isError: true }));
}

const errorIn = (cell) => cell.querySelector(".error-message")?.lastChild.textContent ?? "";

// Of a cell that is too narrow to show it.
function labeledError(control) {
  const error = errorIn(control.closest("td"));
  return error && `${control.labels[0].textContent}: ${error}`;
}

function errorOf({ jsonCell, text }) {
  const error = errorIn(jsonCell);
  return error && !text.trim() ? "Enter a value" : error;
}

function adviceOf(rows, columns, marks) {
  const wrong = columns.filter((column) => rows.some((row) => row.cells.get(column)?.problem));
  const isShown = ({ row, key }) =>
    !wrong.some((column) => column.key === key) && !rows[row]?.tr.contains(document.activeElement); // still being edited
  const shown = marks.filter(isShown);
  return shown.map(({ row, key, message }) => ({ control: findControl(rows[row], columns, key), message }));
}

function findControl(row, columns, key) {
  const column = columns.find((found) => key !== null && found.key === key);
  return controlIn(row, column) ?? (row?.asJson ? row.area : row?.name);
}

const controlIn = (row, column) => row?.cells.get(column)?.control;

function addNote(list, { control, message, isError = false }) {
  const id = `variant-note-${list.children.length}`;
  const className = isError ? "error-message" : "";
  list.append(make("li", { id, className }, `${control.labels[0].textContent}: ${message}`));
  control.classList.add("marked");
  control.classList.toggle("is-wrong", isError);
  control.title = message;
  describe(control, [...describedBy(control), id]);
}

function removeNote(control) {
  control.classList.remove("marked", "is-wrong");
  control.removeAttribute("title");
  describe(control, describedBy(control).filter((id) => !id.startsWith("variant-note-")));
}

const describedBy = (control) => (control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);

function describe(control, ids) {
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}
