// The form without reloads: the same buttons and the same answers of the server, only quicker.
import { clearWhenEdited, showProblem } from "./errors.js";

const form = document.getElementById("form");
const said = document.getElementById("said"); // what a screen reader hears
const REARRANGING = /^(add|clear|remove-\d+|format-\d+)$/;
const IN_PLACE = /^(clear|format-\d+)$/; // these change only what stands in fields
const PAUSE = 350; // milliseconds without typing before the server is asked
const MOST = 2_000_000; // bytes that the server takes
const TOO_MUCH = "The request is too large: a form can have up to two megabytes. Shorten the longest JSON, then try again.";
const AWAY = "The desk cannot be reached just now. What you typed is still here: try again in a moment.";

const address = () => form.getAttribute("action"); // form.action is not: the buttons have that name
const post = (url, data) => fetch(url, { method: "POST", body: new URLSearchParams(data) });
const focusOn = (id) => document.getElementById(id)?.focus();

// --- nothing typed is lost: by leaving the page, by coming back to it, by loading it again
const NEW = "/autotunes/new";
const isNew = address() === "/autotunes";
let unsent = "unsent" in form.dataset;
addEventListener("beforeunload", (event) => unsent && event.preventDefault());
form.addEventListener("input", () => (unsent = true));

function leave() {
  unsent = false;
  // going back opens what became of this form
  if (isNew) history.replaceState(null, "", `${NEW}?form=${encodeURIComponent(form.elements.token.value)}`);
}
if (!isNew && !unsent) history.replaceState(null, "", address() + location.hash);

// --- add, remove, format, clear: show the form of the page that the button leads to
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  const data = new FormData(form, button);
  const fits = new URLSearchParams(data).toString().length <= MOST;
  if (fits && !REARRANGING.test(button?.value)) return leave();
  event.preventDefault();
  if (!fits) return tell(button, TOO_MUCH);
  form.inert = true; // what is typed while the answer is on its way would not be in it
  const reply = await post(address(), data).catch(() => null);
  form.inert = false;
  if (!reply) tell(button, AWAY);
  else if (reply.ok) (IN_PLACE.test(button.value) ? takeOver : show)(parse(await reply.text()));
  else submit(button); // it has something to say, such as that the login is over
});

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

function show(page) {
  unsent = true;
  document.title = page.title;
  document.getElementById("summary")?.remove();
  const summary = page.getElementById("summary");
  if (summary) form.before(summary);
  form.replaceChildren(...page.getElementById("form").childNodes);
  arrange();
  focusOn(page.getElementById("form").dataset.focus || "variants");
}

// Puts the texts of the server's form into this one, where Ctrl+Z brings back what was there.
function takeOver(page) {
  focusOn(page.getElementById("form").dataset.focus);
  for (const fresh of page.querySelectorAll("#form :is(input[type=text], select, textarea)")) {
    const field = document.getElementById(fresh.id);
    const changed = field.value !== fresh.value;
    if (changed) retype(field, fresh.value);
    const problem = page.getElementById(`${fresh.id}-problem`)?.lastChild.textContent ?? "";
    if (changed || problem) showProblem(fresh.id, problem);
  }
  if (!page.querySelector("#form [value=clear]")) form.querySelector("[value=clear]")?.closest("p").remove();
}

// As if somebody had typed it: assigning `value` would empty the browser's undo stack.
function retype(field, text) {
  if (field.matches("select")) return Object.assign(field, { value: text });
  field.focus(); // and it stays there, for Ctrl+Z
  field.select();
  if (document.execCommand(text ? "insertText" : "delete", false, text)) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function submit(button) {
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "action", value: button.value }));
  leave();
  form.submit();
}

function tell(button, message) {
  document.getElementById("told")?.remove();
  const line = Object.assign(document.createElement("p"), { id: "told", className: "notice", textContent: message });
  button.after(line);
  said.textContent = message;
  button.focus();
}

// --- parts that matter only sometimes
const opened = new Set(); // those that somebody has unfolded

function arrange() {
  showContextual();
  for (const part of form.querySelectorAll("[data-shown=filled]")) if (!holds(part)) fold(part);
}

function showContextual() {
  const contextual = form.elements.isContextual.value === "true";
  for (const part of form.querySelectorAll("[data-shown=contextual]")) part.hidden = !contextual && !holds(part);
}
form.addEventListener("change", (event) => event.target.name === "isContextual" && showContextual());

function holds(part) {
  return part.querySelector(".wrong") || [...part.querySelectorAll("input, select, textarea")].some((each) => each.value.trim());
}

function fold(part) {
  const title = part.querySelector("h2");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "fold", textContent: title.textContent });
  const rest = [...part.children].filter((child) => child !== title);
  const toggle = (open) => {
    opened[open ? "add" : "delete"](part.id);
    button.ariaExpanded = String(open);
    for (const child of rest) child.hidden = !open;
  };
  button.addEventListener("click", () => toggle(button.ariaExpanded !== "true"));
  title.replaceChildren(button);
  toggle(opened.has(part.id) || part.contains(document.getElementById(location.hash.slice(1))));
}
arrange();

// --- what the server says while somebody types
const waiting = new Map();
form.addEventListener("input", ({ target }) => {
  const isJson = target.matches?.("[data-json]");
  if (!isJson && target.name !== "name") return;
  clearTimeout(waiting.get(target));
  waiting.set(target, setTimeout(() => (isJson ? checkJson(target) : previewId(target)), PAUSE));
});

async function preview(field, member) {
  const value = field.value;
  const data = { csrf_token: form.elements.csrf_token.value, [member]: value };
  const reply = await post("/autotunes/preview", data).catch(() => null);
  const found = reply?.ok ? await reply.json().catch(() => null) : null;
  // what comes late must not speak of a field that has been replaced, or of an older text
  return { found, current: field.isConnected && field.value === value };
}

async function previewId(field) {
  const { found, current } = await preview(field, "name");
  const line = document.getElementById("id-preview");
  if (!found || !current || !line) return;
  line.hidden = !found.id;
  line.querySelector("code").textContent = found.id;
  line.querySelector("span").hidden = found.certain;
}

async function checkJson(field) {
  const { found, current } = await preview(field, "json");
  if (!current) return;
  showProblem(field.id, found?.problem ?? ""); // without an answer the check of the whole form says it
  said.textContent = found?.problem ?? "";
}

// --- a notice that the name is taken goes with the name
form.addEventListener("input", ({ target }) => target.id === "name" && document.getElementById("taken-by")?.remove());

// --- errors of other fields that may be over with the edit of one
clearWhenEdited(form, (id) => {
  const row = /^variants-(\d+)-name$/.exec(id)?.[1];
  if (row) return wrongBecause(`Variant ${Number(row) + 1} has this name too`);
  return id === "isContextual" ? wrongBecause("Only contextual autotunes use this") : [];
});

function wrongBecause(reason) {
  const lines = [...form.querySelectorAll("p.problem")].filter((line) => line.lastChild.textContent.startsWith(reason));
  return lines.map((line) => line.id.replace(/-problem$/, ""));
}

// --- where the page opens
focusOn(location.hash.slice(1));
addEventListener("hashchange", () => focusOn(location.hash.slice(1)));
