// Suggestions for text fields, as the ARIA 1.2 pattern of an editable combobox with a list. The fields stay text fields:
// anything can be typed, and nothing is chosen unless somebody chooses it.

const TYPING_PAUSE = 150; // milliseconds
const RETRY_PAUSE = 1000; // milliseconds, while the server reads Statsig for the first time
const MAX_RETRIES = 20;

let field = null; // the one with the list
let popup = null;
let timer, retries, generation = 0;

// `urlOf(field)` gives the address of the suggestions for what the field holds; `announce` is read by screen readers.
export function suggest(form, urlOf, announce) {
  const isSuggested = (target) => target.matches("[data-suggested]");
  form.addEventListener("focusin", ({ target }) => isSuggested(target) && prepare(target));
  form.addEventListener("input", ({ target }) => isSuggested(target) && request(target, TYPING_PAUSE));
  form.addEventListener("click", ({ target }) => isSuggested(target) && !popup && request(target, 0));
  form.addEventListener("focusout", ({ target }) => target === field && close());
  form.addEventListener("keydown", (event) => isSuggested(event.target) && onKey(event), { capture: true });

  function prepare(target) {
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": "suggestions" };
    for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
  }

  function request(target, pause) {
    field = target;
    retries = 0;
    generation += 1;
    clearTimeout(timer);
    timer = setTimeout(load, pause);
  }

  async function load() {
    const before = generation;
    const response = await fetch(urlOf(field)).catch(() => null);
    const result = response?.ok ? await response.json().catch(() => null) : null;
    if (before !== generation || document.activeElement !== field) return;
    show(result?.suggestions ?? [], result?.source ?? "");
    if (result?.is_reading && !popup && (retries += 1) < MAX_RETRIES) timer = setTimeout(load, RETRY_PAUSE);
  }

  function show(suggestions, source) {
    const isOnlyTyped = suggestions.length === 1 && suggestions[0].value === field.value.trim();
    hide();
    if (!suggestions.length || isOnlyTyped) return;
    popup = element("div", { className: "suggestions" });
    const list = element("ul", { id: "suggestions", role: "listbox", ariaLabel: "Suggestions" });
    list.append(...suggestions.map(option));
    popup.append(list, element("p", { className: "hint", textContent: source }));
    popup.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    popup.addEventListener("click", ({ target }) => choose(target.closest("[role=option]")));
    field.after(popup);
    popup.scrollIntoView({ block: "nearest" });
    field.ariaExpanded = "true";
    announce(suggestions.length === 1 ? "1 suggestion" : `${suggestions.length} suggestions`);
  }

  function option({ value, note }, index) {
    const item = element("li", { id: `suggestion-${index}`, role: "option", ariaSelected: "false" });
    const text = element("span", { className: "value", textContent: value, dir: "auto" });
    item.dataset.value = value;
    item.append(text, ...(note ? [" ", element("span", { className: "hint", textContent: note })] : []));
    return item;
  }

  function onKey(event) {
    const { key, target } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (key === "ArrowDown" && !popup) request(target, 0);
    else if (key === "ArrowDown" && popup) activate(1);
    else if (key === "ArrowUp" && popup) activate(-1);
    else if (key === "Enter" && active()) choose(active());
    else if (key === "Escape" && popup) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const options = () => [...popup.querySelectorAll("[role=option]")];
  const active = () => popup?.querySelector("[aria-selected=true]");

  // Moves through the list; before the first and after the last one is the text as it was typed.
  function activate(step) {
    const places = [null, ...options()];
    const place = places[(places.indexOf(active() ?? null) + step + places.length) % places.length];
    for (const item of options()) item.ariaSelected = String(item === place);
    if (place) field.setAttribute("aria-activedescendant", place.id);
    else field.removeAttribute("aria-activedescendant");
    place?.scrollIntoView({ block: "nearest" });
  }

  function choose(item) {
    if (!item) return;
    const chosen = field;
    close();
    chosen.value = item.dataset.value;
    chosen.dispatchEvent(new Event("input", { bubbles: true }));
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    close(); // the input asks for suggestions again
  }

  function close() {
    clearTimeout(timer);
    generation += 1;
    hide();
  }

  function hide() {
    popup?.remove();
    popup = null;
    field?.setAttribute("aria-expanded", "false");
    field?.removeAttribute("aria-activedescendant");
  }
}

function element(name, properties) {
  const { role, dir, ...others } = properties;
  const created = Object.assign(document.createElement(name), others);
  if (role) created.setAttribute("role", role);
  if (dir) created.dir = dir;
  return created;
}
