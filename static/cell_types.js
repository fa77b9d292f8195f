// The types of parameters: how a cell shows a value's JSON, and the JSON of what was typed into it.
import { parse } from "./json_members.js";

export const TYPES = { text: "text", number: "number", boolean: "true/false", json: "JSON" };
const PROBLEMS = {
  text: "This is not text",
  number: "Enter a number, such as 1.5, without a thousands separator",
  boolean: "Choose true or false",
};
export const INVALID = "This is not valid JSON";

const NUMBER = /^-?(0|[1-9]\d*)([.,]\d+)?([eE][+-]?\d+)?$/;
const THOUSANDS = /^-?[1-9]\d{0,2},\d{3}$/; // or a decimal comma: nobody can tell

function typeOf(json) {
  if (json.startsWith('"')) return "text";
  if (/^[-\d]/.test(json)) return "number";
  return json === "true" || json === "false" ? "boolean" : "json";
}

// The type that all values of a parameter have.
export function commonType(values) {
  const types = new Set(values.map(typeOf));
  return types.size > 1 ? "json" : ([...types][0] ?? "text");
}

// Whether a parameter of this type can have these values: text is what a wrong value is kept as.
export function canBeOf(type, values) {
  return type === "json" || values.map(typeOf).every((found) => found === type || found === "text");
}

// How a cell shows a value: as JSON if nothing else can show it unchanged.
export function cellType(type, json) {
  if (!json) return type;
  if (typeOf(json) !== "text") return typeOf(json) === type ? type : "json";
  const text = parse(json) ?? "\r";
  const fits = type === "text" ? !text.includes("\r") : type === "number" && !/[\r\n]/.test(text);
  return fits ? type : "json";
}

export function cellText(type, json) {
  return (type === "text" || type === "number") && json.startsWith('"') ? parse(json) : json;
}

// The JSON of a cell's text, blank for none. Text that is not valid JSON is returned as it is.
export function toJson(type, text) {
  if (type === "text") return text && JSON.stringify(text);
  if (type !== "number") return parse(text) === undefined && text.trim() ? text : text.trim();
  return text.trim() && (toNumber(text) || JSON.stringify(text));
}

function toNumber(text) {
  const number = text.trim();
  return NUMBER.test(number) && !THOUSANDS.test(number) ? number.replace(",", ".") : "";
}

// The value as another type, or as it is if it would not stay the same.
export function convert(json, type) {
  const text = typeOf(json) === "text" ? parse(json) : undefined;
  if (type === "text" && /^(number|boolean)$/.test(typeOf(json))) return JSON.stringify(json);
  if (type === "number" && text) return toNumber(text) || json;
  if (type === "boolean" && /^(true|false)$/.test(text)) return text;
  return json;
}

export function problemOf(type, json) {
  if (json && parse(json) === undefined) return INVALID;
  return !json || type === "json" || typeOf(json) === type ? "" : PROBLEMS[type];
}
