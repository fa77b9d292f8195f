// The form without reloads: the same buttons and the same answers of the server, only quicker.
const form = document.getElementById("form");
const REARRANGING = /^(add|clear|remove-\d+|format-\d+)$/;
const PAUSE = 350; // milliseconds without typing before the server is asked

const post = (url, data) => fetch(url, { method: "POST", body: new URLSearchParams(data) });

// --- add, remove, format, clear: take the variants, or the whole form, from the page that the button leads to
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button || !REARRANGING.test(button.value)) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  try {
    // form.action would be the buttons of that name
    const reply = await post(form.getAttribute("action"), new FormData(form, button));
    if (!reply.ok) throw new Error(reply.status);
    show(new DOMParser().parseFromString(await reply.text(), "text/html"), button.value);
  } catch {
    form.ariaBusy = "false";
    const plain = Object.assign(document.createElement("input"), { type: "hidden", name: "action", value: button.value });
    form.append(plain);
    form.submit();
  }
});

function show(page, action) {
  const part = action === "clear" ? "form" : "variants";
  const target = page.querySelector("[autofocus]")?.id ?? "";
  document.getElementById(part).replaceChildren(...page.getElementById(part).childNodes);
  form.ariaBusy = "false";
  fold();
  (document.getElementById(target) ?? document.getElementById("variants")).focus();
}

// --- parts that matter only sometimes
function fold() {
  const contextual = form.elements.isContextual.value === "true";
  for (const part of form.querySelectorAll("[data-shown=contextual]")) part.hidden = !contextual && !holds(part);
}
function holds(part) {
  return part.querySelector(".wrong") || [...part.querySelectorAll("input, select, textarea")].some((each) => each.value.trim());
}
form.addEventListener("change", (event) => event.target.name === "isContextual" && fold());

for (const part of form.querySelectorAll("[data-shown=filled]")) {
  if (holds(part)) continue;
  const title = part.querySelector("h2");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "fold", textContent: title.textContent });
  const rest = [...part.children].filter((child) => child !== title);
  const toggle = (open) => {
    button.ariaExpanded = String(open);
    for (const child of rest) child.hidden = !open;
  };
  button.addEventListener("click", () => toggle(button.ariaExpanded !== "true"));
  title.replaceChildren(button);
  toggle(part.contains(document.getElementById(location.hash.slice(1))));
}
fold();

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
  try {
    const reply = await post("/autotunes/preview", { csrf_token: form.elements.csrf_token.value, [member]: value });
    // what comes late must not speak of a field that has been replaced, or of an older text
    return reply.ok && field.isConnected && field.value === value ? await reply.json() : null;
  } catch {
    return null; // the check on the server says it all again
  }
}

async function previewId(field) {
  const said = await preview(field, "name");
  const line = document.getElementById("id-preview");
  if (!said || !line) return;
  line.hidden = !said.id;
  line.querySelector("code").textContent = said.id;
  line.querySelector("span").hidden = said.certain;
}

async function checkJson(field) {
  const said = await preview(field, "json");
  if (said) showProblem(field, said.problem);
}

function showProblem(field, message) {
  const id = `${field.id}-problem`;
  const line = document.getElementById(id) ?? Object.assign(document.createElement("p"), { id, className: "problem" });
  line.textContent = message;
  field.closest(".field").classList.toggle("wrong", Boolean(message));
  field.ariaInvalid = message ? "true" : null;
  const hint = document.getElementById(`${field.id}-hint`) ? `${field.id}-hint` : "";
  field.setAttribute("aria-describedby", message ? `${hint} ${id}`.trim() : hint);
  if (message && !line.isConnected) field.before(line);
  if (!message) line.remove();
}

// --- where the page opens
if (location.hash) document.getElementById(location.hash.slice(1))?.focus();
addEventListener("hashchange", () => document.getElementById(location.hash.slice(1))?.focus());
