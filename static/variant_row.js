// A row of the table of variants: its text area, and the values in the text.
import { cellText, problemOf } from "./cell_types.js";
import { readMembers, withKey, withValue, withValues } from "./json_members.js";

// `invalid` has the values that are not valid JSON, by key; in `text` they are null.
function readRow(tr) {
  const area = tr.querySelector("[data-json]");
  const name = tr.querySelector(".name input");
  const share = tr.querySelector(".share input");
  const jsonCell = area.closest("td");
  return { tr, area, name, share, jsonCell, text: area.value, invalid: new Map(), cells: new Map() };
}

const knownRows = []; // also those that are not on the page any more: what was removed from them can be restored

// The row of an element, read again. The server renders all rows again: the one with the same content is the same row.
export function currentRow(tr) {
  const found = readRow(tr);
  const isSame = (row) => !row.tr.isConnected && ["name", "area", "share"].every((of) => row[of].value === found[of].value);
  const known = knownRows.find((row) => row.tr === tr) ?? knownRows.find(isSame);
  if (!known) knownRows.push(found);
  return Object.assign(known ?? found, found);
}

// Null for a text that the table cannot show.
export function membersOf(row) {
  if (row.readText !== row.text) Object.assign(row, { readText: row.text, members: readMembers(row.text) });
  return row.members;
}

const memberOf = (row, key) => membersOf(row)?.find((member) => member.key === key);

export const hasKey = (row, key) => Boolean(memberOf(row, key));
export const valueIn = (row, key) => row.invalid.get(key) ?? memberOf(row, key)?.json ?? "";
const shownText = (row) => (row.invalid.size ? withValues(row.text, row.invalid) : row.text);
export const isWritten = (row) => row.area.value === shownText(row);

// `base` is the text without the last change of this value; the same value again restores it.
export function setValue(row, key, json, base = row.text) {
  const isValid = problemOf("json", json) === "";
  if (isValid) row.invalid.delete(key);
  else row.invalid.set(key, json);
  const before = readMembers(base).find((member) => member.key === key)?.json ?? "";
  write(row, isSameText(before, json) ? base : withValue(base, key, isValid ? json : "null"));
}

// Whether two JSON strings differ in their spelling alone. A blank cell is the empty string, if there was one.
function isSameText(before, json) {
  const areTexts = before.startsWith('"') && (!json || json.startsWith('"'));
  return areTexts && cellText("text", before) === cellText("text", json);
}

export function renameKey(row, key, newKey) {
  if (!membersOf(row)) return;
  row.invalid = renamedInvalid(row, key, newKey);
  write(row, withKey(row.text, key, newKey));
}

const renamedInvalid = ({ invalid }, key, newKey) =>
  new Map([...invalid].map(([name, json]) => [name === key ? newKey : name, json]));

// What the text area would hold if a key had another name.
export function renamedText(row, key, newKey) {
  return withValues(withKey(row.text, key, newKey), renamedInvalid(row, key, newKey));
}

export function write(row, text) {
  row.text = text;
  if (isWritten(row)) return;
  row.area.value = shownText(row);
  row.area.dispatchEvent(new Event("input", { bubbles: true }));
}

// As JSON or as cells.
export function showView(row, span) {
  Object.assign(row.jsonCell, { hidden: !row.asJson, colSpan: span });
  const button = row.tr.querySelector("[data-view]");
  button.hidden = !membersOf(row);
  button.firstChild.data = row.asJson ? "Edit as a table" : "Edit as JSON";
}

// What the rows are called: by their names, if these differ.
export function titlesOf(rows) {
  const names = rows.map(({ name }) => name.value.trim());
  const isUnique = (name) => name && names.indexOf(name) === names.lastIndexOf(name);
  return names.map((name, index) => (isUnique(name) ? name : `variant ${index + 1}`));
}

// Blank if there are none.
export function sumOfShares(rows) {
  const shares = rows.map(({ share }) => share.value.trim().replace(",", ".")).filter(Boolean);
  const sum = shares.reduce((total, share) => total + Number(share), 0);
  return shares.length && !Number.isNaN(sum) ? `Shares add up to ${Number(sum.toFixed(6))}%.` : "";
}
