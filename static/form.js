// The form without page loads: the same buttons and the same server responses, only faster.
import { clearWhenEdited, showError } from "./errors.js";

const form = document.getElementById("form");
const announcer = document.getElementById("announcer"); // read by screen readers
const UPDATES_FORM = /^(add|clear|remove-\d+|format-\d+)$/; // the other buttons save
const UPDATES_VALUES = /^(clear|format-\d+)$/; // these leave the rows as they are
const TYPING_PAUSE = 350; // milliseconds without typing before the preview is requested
const MAX_SIZE = 2_000_000; // bytes that the server accepts
const TOO_LARGE =
  "The request is too large: a form can have up to two megabytes. Shorten the longest JSON, then try again.";
const OFFLINE = "The desk can’t be reached right now. What you typed is still here: try again in a moment.";

const formUrl = () => form.getAttribute("action"); // form.action would be the buttons of that name
const post = (url, data) => fetch(url, { method: "POST", body: new URLSearchParams(data) });
const focusField = (id) => document.getElementById(id)?.focus();

// --- keep what was typed when the page is left, reloaded or reached by going back
const NEW_FORM_URL = "/autotunes/new";
const isNew = formUrl() === "/autotunes";
let unsaved = "unsaved" in form.dataset;
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
form.addEventListener("input", () => (unsaved = true));

function markSaved() {
  unsaved = false;
  // going back opens the draft that this form became
  if (isNew) history.replaceState(null, "", `${NEW_FORM_URL}?form=${encodeURIComponent(form.elements.token.value)}`);
}
if (!isNew && !unsaved) history.replaceState(null, "", formUrl() + location.hash);

// --- add, remove, format, clear: the server returns the page with the updated form; show that form here
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  const data = new FormData(form, button);
  const isTooLarge = new URLSearchParams(data).toString().length > MAX_SIZE;
  if (!isTooLarge && !UPDATES_FORM.test(button?.value)) return markSaved();
  event.preventDefault();
  if (isTooLarge) return showMessage(button, TOO_LARGE);
  form.inert = true; // anything typed before the response arrives would be lost
  const response = await post(formUrl(), data).catch(() => null);
  form.inert = false;
  if (!response) showMessage(button, OFFLINE);
  else if (response.ok) (UPDATES_VALUES.test(button.value) ? copyValues : replaceForm)(parse(await response.text()));
  else submitWithoutScript(button); // the error page has a message, such as that the session has ended
});

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

function replaceForm(page) {
  unsaved = true;
  document.title = page.title;
  document.getElementById("error-summary")?.remove();
  const summary = page.getElementById("error-summary");
  if (summary) form.before(summary);
  form.replaceChildren(...page.getElementById("form").childNodes);
  updateSections();
  focusField(page.getElementById("form").dataset.focus || "variants");
}

// Copies the values of the server's form into this one, so that Ctrl+Z can undo the change.
function copyValues(page) {
  focusField(page.getElementById("form").dataset.focus);
  for (const updated of page.querySelectorAll("#form :is(input[type=text], select, textarea)")) {
    const field = document.getElementById(updated.id);
    const changed = field.value !== updated.value;
    if (changed) typeInto(field, updated.value);
    const error = page.getElementById(`${updated.id}-error`)?.lastChild.textContent ?? "";
    if (changed || error) showError(updated.id, error);
  }
  if (!page.querySelector("#form [value=clear]")) form.querySelector("[value=clear]")?.closest("p").remove();
}

// Assigning `value` would clear the browser's undo history; inserting text does not.
function typeInto(field, text) {
  if (field.matches("select")) return Object.assign(field, { value: text });
  field.focus(); // the field keeps the focus, so that Ctrl+Z undoes this
  field.select();
  if (document.execCommand(text ? "insertText" : "delete", false, text)) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function submitWithoutScript(button) {
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "action", value: button.value }));
  markSaved();
  form.submit();
}

function showMessage(button, text) {
  document.getElementById("form-message")?.remove();
  const properties = { id: "form-message", className: "notice", textContent: text };
  button.after(Object.assign(document.createElement("p"), properties));
  announcer.textContent = text;
  button.focus();
}

// --- sections that are not always needed
const expandedIds = new Set(); // sections that somebody has expanded, so that a new form keeps them so

function updateSections() {
  showContextual();
  for (const section of form.querySelectorAll("[data-visible-when=filled]")) {
    if (!hasContent(section)) makeCollapsible(section);
  }
}

function showContextual() {
  const isContextual = form.elements.isContextual.value === "true";
  for (const section of form.querySelectorAll("[data-visible-when=contextual]")) {
    section.hidden = !isContextual && !hasContent(section);
  }
}
form.addEventListener("change", (event) => event.target.name === "isContextual" && showContextual());

function hasContent(section) {
  const fields = [...section.querySelectorAll("input, select, textarea")];
  return section.querySelector(".has-error") || fields.some((field) => field.value.trim());
}

function makeCollapsible(section) {
  const title = section.querySelector("h2");
  const properties = { type: "button", className: "disclosure", textContent: title.textContent };
  const button = Object.assign(document.createElement("button"), properties);
  const content = [...section.children].filter((child) => child !== title);
  const toggle = (expanded) => {
    expandedIds[expanded ? "add" : "delete"](section.id);
    button.ariaExpanded = String(expanded);
    for (const child of content) child.hidden = !expanded;
  };
  button.addEventListener("click", () => toggle(button.ariaExpanded !== "true"));
  title.replaceChildren(button);
  toggle(expandedIds.has(section.id) || section.contains(document.getElementById(location.hash.slice(1))));
}
updateSections();

// --- preview the ID and check the JSON while somebody types
const timers = new Map();
form.addEventListener("input", ({ target }) => {
  const isJson = target.matches?.("[data-json]");
  if (!isJson && target.name !== "name") return;
  clearTimeout(timers.get(target));
  timers.set(target, setTimeout(() => (isJson ? checkJson(target) : previewId(target)), TYPING_PAUSE));
});

// `isCurrent`: the field has not been edited or replaced since, so that the result is still about its value.
async function preview(field, property) {
  const value = field.value;
  const data = { csrf_token: form.elements.csrf_token.value, [property]: value };
  const response = await post("/autotunes/preview", data).catch(() => null);
  const result = response?.ok ? await response.json().catch(() => null) : null;
  const isCurrent = field.isConnected && field.value === value;
  return { result, isCurrent };
}

async function previewId(field) {
  const { result, isCurrent } = await preview(field, "name");
  const line = document.getElementById("id-preview");
  if (!result || !isCurrent || !line) return;
  line.hidden = !result.id;
  line.querySelector("code").textContent = result.id;
  line.querySelector("span").hidden = result.certain;
}

async function checkJson(field) {
  const { result, isCurrent } = await preview(field, "json");
  if (!isCurrent) return;
  const error = result?.problem ?? ""; // without a response the error is shown when the form is submitted
  showError(field.id, error);
  announcer.textContent = error;
}

// --- remove the notice that the name is taken when the name is edited
form.addEventListener("input", ({ target }) => target.id === "name" && document.getElementById("taken-by")?.remove());

// --- editing one field can fix the errors of others
clearWhenEdited(form, (id) => {
  const row = /^variants-(\d+)-name$/.exec(id)?.[1];
  if (row) return fieldsWithError(`Variant ${Number(row) + 1} has this name too`);
  return id === "isContextual" ? fieldsWithError("Only contextual autotunes use this") : [];
});

function fieldsWithError(message) {
  const lines = [...form.querySelectorAll("p.error-message")];
  const matching = lines.filter((line) => line.lastChild.textContent.startsWith(message));
  return matching.map((line) => line.id.replace(/-error$/, ""));
}

// --- focus the field that the address names
focusField(location.hash.slice(1));
addEventListener("hashchange", () => focusField(location.hash.slice(1)));
