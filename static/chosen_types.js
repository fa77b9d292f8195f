// The types that were chosen for parameters. They are part of the form, since the values alone do not tell them: a wrong
// number is text.
import { TYPES } from "./cell_types.js";
import { parse } from "./json_members.js";

const types = new Map(); // by key
let field = null; // the hidden field that is submitted

export function readTypes(input) {
  field = input;
  for (const [key, type] of Object.entries(parse(field.value) ?? {})) if (type in TYPES) types.set(key, type);
}

export const chosenType = (key) => types.get(key);

export function keepType({ key, type }) {
  types.set(key, type);
  field.value = JSON.stringify(Object.fromEntries(types));
}
