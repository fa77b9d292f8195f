// The form without page loads: the same buttons and the same server responses, only faster.
import { suggest } from "./combobox.js";
import { clearWhenEdited, idOf, showError } from "./errors.js";
import { closeMenus } from "./menus.js";
import { showMarks, showTable, withTypedName } from "./variants.js";

const form = document.getElementById("form");
const announcer = document.getElementById("announcer"); // read by screen readers
const UPDATES_FORM = /^(add|undo|paste|clear|link|assume\?.*|(up|down|duplicate|remove|format)-\d+)$/; // the other buttons save
const UPDATES_VALUES = /^(clear|format-\d+)$/; // these leave the rows as they are
const TYPING_PAUSE = 350; // milliseconds without typing before the preview is requested
const MAX_UNSAVED_TIME = 1500; // milliseconds of typing without a pause before the form is autosaved
const PREVIEW_TIMEOUT = 10000; // milliseconds
const MAX_BEACON = 60_000; // bytes that a browser sends while its page is left
const SIMULATION_PAUSE = 700; // milliseconds before the preview asks again for a forecast
const PRESENCE_PAUSE = 15000; // milliseconds before it asks again who else is editing
const ACTIVE_TIME = 120000; // milliseconds after the last input for which it asks: an idle form must not stay logged in
const NOT_KEPT = "Not autosaved: the desk can’t be reached, or you have to log in again. Don’t close this page.";
const MAX_SIZE = 2_000_000; // bytes that the server accepts
const TOO_LARGE =
  "The request is too large: a form can have up to two megabytes. Shorten the longest JSON, then try again.";
const OFFLINE = "The desk can’t be reached right now. What you typed is still here: try again in a moment.";

const formUrl = () => form.getAttribute("action"); // form.action would be the buttons of that name
const post = (url, data, options) => fetch(url, { method: "POST", body: new URLSearchParams(data), ...options });

function focusField(id) {
  const field = document.getElementById(id);
  const folded = field?.closest("details");
  if (folded) folded.open = true;
  field?.focus();
}
form.addEventListener("click", ({ target }) => {
  const hash = target.closest("a[href^='#']")?.hash;
  if (hash) focusField(hash.slice(1));
});

// --- keep what was typed when the page is left, reloaded or reached by going back
form.autocomplete = "off"; // the browser would put old values into a form of the newest version
const NEW_FORM_URL = "/autotunes/new";
const isNew = formUrl() === "/autotunes";
let unsaved = "unsaved" in form.dataset; // since the server has kept it last
let isRefused = false; // whether the server could not keep it
const typed = () => new URLSearchParams(withTypedName(new FormData(form)));
const isUnsafe = () => isRefused || typed().toString().length > MAX_BEACON;
addEventListener("beforeunload", (event) => (unsaved || isBusy) && isUnsafe() && event.preventDefault());
addEventListener("visibilitychange", () => {
  if ((unsaved || isBusy) && document.hidden) navigator.sendBeacon(form.dataset.preview, typed());
});
form.addEventListener("input", () => {
  unsaved = true;
  document.getElementById("form_link").replaceChildren(); // the link holds what was typed before
});

// A reload goes on where it was: what the page sent while it was left may be stored only now, and is no other tab's.
const isReload = performance.getEntriesByType("navigation")[0]?.type === "reload";
if (isReload && history.state) form.elements.token.value = history.state.token;
if (isNew || unsaved) nameInHistory(location.href);
else nameInAddress();
addEventListener("hashchange", () => nameInHistory(location.href));

function markSaved() {
  unsaved = false;
  nameInAddress();
}

// Going back or reloading opens what was kept, or what a new form has become.
function nameInAddress() {
  const { token, first_token = token } = form.elements;
  const url = isNew ? `${NEW_FORM_URL}?form=${encodeURIComponent(first_token.value)}` : formUrl() + location.hash;
  nameInHistory(url);
}

function nameInHistory(url) {
  history.replaceState({ token: form.elements.token.value }, "", url);
}

// --- add, remove, format, clear: the server returns the page with the updated form; show that form here
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  const data = new FormData(form, button);
  const isTooLarge = new URLSearchParams(data).toString().length > MAX_SIZE;
  if (!isTooLarge && !UPDATES_FORM.test(button?.value)) return markSaved();
  event.preventDefault();
  if (isTooLarge) return showMessage(button, TOO_LARGE);
  const response = await requestUpdate(data);
  if (!response) showMessage(button, OFFLINE);
  else if (response.ok) showUpdate(button, parse(await response.text()));
  else submitWithoutScript(button); // the error page has a message, such as that the session has ended
});

const keepsRows = ({ value }) => UPDATES_VALUES.test(value) && form.elements.default.value === "0";

function showUpdate(button, page) {
  if (button.value === "link") copyLink(page);
  else if (keepsRows(button)) copyValues(page);
  else replaceForm(page);
}

async function requestUpdate(data) {
  form.inert = true; // anything typed before the response arrives would be lost
  const response = await post(formUrl(), data).catch(() => null);
  form.inert = false;
  return response;
}

// The default is the first variant, so a chosen one moves there: at once if it was clicked. Arrow keys choose each on
// their way, so that theirs moves when the server renders the rows again.
let usesArrows = false;
form.addEventListener("keydown", ({ key }) => (usesArrows = key.startsWith("Arrow")));
form.addEventListener("pointerdown", () => (usesArrows = false));
form.addEventListener("change", ({ target }) => target.name === "default" && !usesArrows && moveDefault());

async function moveDefault() {
  const data = new FormData(form);
  data.set("action", "default");
  const response = await requestUpdate(data);
  if (response?.ok) replaceForm(parse(await response.text())); // otherwise it moves with the next button
}

// What was edited is not to be taken from another version.
form.addEventListener("input", ({ target }) => {
  const row = target.closest("tr.variant");
  const key = row ? row.querySelector(".name input").value.trim() : idOf(target).replace(/Unit$/, "");
  for (const box of form.querySelectorAll("[name=other]:checked")) {
    if (box.dataset.key === key || (row && box.dataset.key.endsWith(` ${key}`))) box.checked = false;
  }
});

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

async function copyLink(page) {
  document.getElementById("form_link").replaceChildren(...page.getElementById("form_link").childNodes);
  const field = document.getElementById("link");
  field.focus();
  field.select();
  await navigator.clipboard?.writeText(field.value).then(showCopied, () => {}); // without it, Ctrl+C copies the field
}

function showCopied() {
  document.querySelector("[data-copied]").hidden = false;
  announcer.textContent = "Link copied";
}

function replaceForm(page) {
  unsaved = true;
  generation += 1;
  document.title = page.title;
  form.replaceChildren(...page.getElementById("form").childNodes);
  edited.clear();
  latest = null;
  showTable(form);
  focusField(page.getElementById("form").dataset.focus || "variants");
  schedulePreview(0);
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
  const hasFocus = document.activeElement === field; // not if it is hidden
  if (hasFocus && document.execCommand(text ? "insertText" : "delete", false, text)) return;
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

// --- the parts of a contextual autotune open with its type
form.addEventListener("change", ({ target }) => {
  const section = document.getElementById("section-contextual");
  if (target.name === "isContextual" && target.value === "true") section.open = true;
});

closeMenus(form);

// --- what Statsig has, while somebody types
suggest(form, suggestionsUrl, (text) => (announcer.textContent = text));

function suggestionsUrl(field) {
  const { project, metricSourceID } = form.elements;
  const query = { field: field.name, typed: field.value, source: metricSourceID.value, project: project?.value ?? "" };
  return `${form.dataset.suggestions}?${new URLSearchParams(query)}`;
}

// --- keep what was typed, validate fields that were left, and update what the page says about the whole form
const edited = new Set(); // IDs of fields that were edited since the server rendered them
let timer, again, due = 0, isBusy = false, isPending = false;
let latest = null; // what the server has to say about the form as it is
let generation = 0; // of the rows: responses about earlier ones would be shown at the wrong ones
let activeUntil = Date.now() + ACTIVE_TIME;

form.addEventListener("input", ({ target }) => {
  document.getElementById("form-message")?.remove();
  edited.add(idOf(target));
  due ||= Date.now() + MAX_UNSAVED_TIME;
  activeUntil = Date.now() + ACTIVE_TIME;
  schedulePreview(Math.min(TYPING_PAUSE, due - Date.now()));
});
form.addEventListener("change", () => schedulePreview(0));
form.addEventListener("focusout", ({ target }) => {
  if (edited.has(idOf(target))) schedulePreview(0);
  else setTimeout(() => latest && !due && !isBusy && showErrorsOfLeft()); // once the focus has moved
});

function schedulePreview(pause) {
  clearTimeout(timer);
  timer = setTimeout(preview, pause);
}

// Errors wait until a button is released: if they moved it, it would not be clicked.
let released = Promise.resolve();
addEventListener("pointerdown", () => {
  released = new Promise((resolve) => {
    for (const type of ["pointerup", "pointercancel"]) addEventListener(type, () => setTimeout(resolve), { once: true });
  });
});

// One at a time, so that they arrive in order.
async function preview() {
  isPending = isBusy;
  if (isBusy) return;
  isBusy = true;
  due = 0;
  const wasUnsaved = unsaved;
  const before = generation;
  unsaved = false; // what is typed from now on is not part of it
  const result = await requestPreview();
  isBusy = false;
  isRefused = !result?.is_kept;
  if (isRefused && wasUnsaved) unsaved = true;
  if (result) released.then(() => before === generation && applyPreview(result));
  else if (wasUnsaved) showNotKept();
  if (isPending) return schedulePreview(0);
  clearTimeout(again);
  if (result?.is_simulating || result?.is_reading) again = setTimeout(preview, SIMULATION_PAUSE);
  else if (Date.now() < activeUntil) again = setTimeout(preview, PRESENCE_PAUSE);
}

async function requestPreview(isRetry = false) {
  const signal = AbortSignal.timeout(PREVIEW_TIMEOUT);
  const response = await post(form.dataset.preview, typed(), { signal }).catch(() => null);
  if (response?.status === 400 && !isRetry && (await renewToken())) return requestPreview(true);
  return response?.ok ? response.json().catch(() => null) : null;
}

// After a login in another tab the session is another one, and so is its token.
async function renewToken() {
  const response = await fetch(NEW_FORM_URL).catch(() => null); // not if a login is needed
  const token = response?.ok && parse(await response.text()).querySelector("#form [name=csrf_token]");
  if (token) form.elements.csrf_token.value = token.value;
  return token;
}

function showNotKept() {
  const element = document.getElementById("saved_state");
  clearPiece(element);
  element.textContent = NOT_KEPT;
}

function applyPreview(result) {
  if (result.is_autosaved) nameInAddress();
  for (const [name, html] of Object.entries(result.pieces)) updatePiece(document.getElementById(name), html);
  latest = result;
  showErrorsOfLeft();
}

function showErrorsOfLeft() {
  for (const id of edited) showErrorOfLeft(document.getElementById(id), latest.errors[id] ?? "");
  showMarks(latest.marks);
}

const rendered = new Map(); // the pieces as the server sent them last

function updatePiece(element, html) {
  if (!element || rendered.get(element) === html) return;
  if (warnsTooEarly(element, html)) return clearPiece(element);
  rendered.set(element, html);
  element.replaceChildren(...parse(html).body.childNodes);
}

// That a value is not known is never said in the middle of a word.
function warnsTooEarly(element, html) {
  return html.includes("unknown-value") && element.closest(".field")?.contains(document.activeElement);
}

function clearPiece(element) {
  rendered.delete(element);
  element.replaceChildren();
}

// Never in the middle of a word: a field is still being edited while it, or its row of the table, has the focus.
function showErrorOfLeft(field, message) {
  if (!field || (message && (field.closest("tr") ?? field).contains(document.activeElement))) return;
  const shown = document.getElementById(`${field.id}-error`)?.lastChild.textContent ?? "";
  if (shown === message) return;
  showError(field.id, message);
  if (message) announcer.textContent = message;
}
if (!isNew || unsaved || document.getElementById("forecast_headline").dataset.simulating === "true") preview();

// --- editing one field can fix the errors of others
clearWhenEdited(form, (id) => {
  const row = /^variants-(\d+)-name$/.exec(id)?.[1];
  if (row) return fieldsWithError(`Variant ${Number(row) + 1} has this name too`);
  if (/^variants-\d+-size$/.test(id)) return fieldsWithError("Give at least one variant a share");
  return id === "isContextual" ? fieldsWithError("Only contextual autotunes use this") : [];
});

function fieldsWithError(message) {
  const lines = [...form.querySelectorAll("p.error-message")];
  const matching = lines.filter((line) => line.lastChild.textContent.startsWith(message));
  return matching.map((line) => line.id.replace(/-error$/, ""));
}

// --- Ctrl+Enter reviews
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector("[value=check]"));
});

// --- the table of variants
showTable(form);

// --- focus the field that the address names
focusField(location.hash.slice(1));
addEventListener("hashchange", () => focusField(location.hash.slice(1)));
