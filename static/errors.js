// Errors while somebody corrects them: at the field and in the summary. The server has the last word.

// Shows a message at a field instead of the one that is there; a blank one takes it away.
export function showProblem(id, message) {
  const line = document.getElementById(`${id}-problem`);
  if (!line && !message) return;
  const field = document.getElementById(id);
  const before = line?.lastChild.textContent ?? "";
  if (message) atField(field, line, message);
  else line.remove();
  field.closest(".field").classList.toggle("wrong", Boolean(message));
  field.ariaInvalid = message ? "true" : null;
  describe(field);
  updateSummary(id, before, message);
}

function atField(field, line, message) {
  const shown = line ?? Object.assign(document.createElement("p"), { id: `${field.id}-problem`, className: "problem" });
  const prefix = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: "Error: " });
  shown.replaceChildren(prefix, message);
  if (!line) field.before(shown);
}

function describe(field) {
  const ids = [`${field.id}-hint`, `${field.id}-problem`].filter((id) => document.getElementById(id));
  const described = field.type === "radio" ? field.closest("fieldset") : field;
  if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
  else described.removeAttribute("aria-describedby");
}

function updateSummary(id, before, message) {
  const summary = document.getElementById("summary");
  for (const link of summary?.querySelectorAll(`a[href="#${id}"]`) ?? []) {
    if (message) link.textContent = link.textContent.replace(before, () => message);
    else link.closest("li").remove();
  }
  const left = summary?.querySelectorAll("li").length;
  if (left === 0) {
    summary.remove();
    document.title = document.title.replace(/^Error: /, "");
  } else if (left) {
    document.getElementById("summary-title").textContent =
      left === 1 ? "There is a problem" : `There are ${left} problems`;
  }
}

// What somebody edits is no longer wrong until it is checked again. `related(id)`: other fields whose error may be over.
export function clearWhenEdited(form, related = () => []) {
  form.addEventListener("input", ({ target }) => {
    const id = target.type === "radio" ? target.name : target.id;
    if (!isRechecked(target)) showProblem(id, "");
    for (const each of related(id)) showProblem(each, "");
  });
}

// JSON is checked by the server while somebody types.
const isRechecked = (field) => field.matches("[data-json]");
