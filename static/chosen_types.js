// The types that were chosen for parameters. They are part of the form, since the values alone do not tell them: a wrong
// number is text, and a parameter may have no values yet.
import { TYPES, canBeOf, commonType } from "./cell_types.js";
import { parse } from "./json_members.js";

const types = new Map(); // by key
let field = null; // the hidden field that is submitted

// Returns the keys of the parameters that the form has.
export function readTypes(input) {
  field = input;
  const entries = Object.entries(parse(field.value) ?? {}).filter(([_, type]) => type in TYPES);
  for (const [key, type] of entries) types.set(key, type);
  return entries.map(([key]) => key);
}

export function columnType(key, values) {
  const chosen = types.get(key);
  return chosen && canBeOf(chosen, values) ? chosen : commonType(values);
}

export const isChosen = (key) => types.has(key);
export const keepType = ({ key, type }) => types.set(key, type);

export function writeTypes(columns) {
  const text = typesText(columns.map(({ key }) => key).filter(isChosen));
  if (field.value === text) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true })); // it is autosaved
}

function typesText(keys) {
  return keys.length ? JSON.stringify(Object.fromEntries(keys.map((key) => [key, types.get(key)]))) : "";
}

// What the field holds once a parameter has another name.
export const typesWith = (name, { key, type }) => {
  const { [key]: _, ...others } = parse(field.value) ?? {};
  return JSON.stringify({ ...others, [name]: type });
};
