// Updates the errors while somebody edits: at the field and in the summary. The server still checks everything.

// Shows a message at a field instead of the current one; a blank message removes it.
export function showError(id, message) {
  const line = document.getElementById(`${id}-error`);
  if (!line && !message) return;
  const field = document.getElementById(id);
  const previous = line?.lastChild.textContent ?? "";
  if (message) showAtField(field, line, message);
  else line.remove();
  field.closest(".field").classList.toggle("has-error", Boolean(message));
  field.ariaInvalid = message ? "true" : null;
  updateDescription(field);
  updateSummary(id, previous, message);
}

function showAtField(field, existing, message) {
  const line =
    existing ?? Object.assign(document.createElement("p"), { id: `${field.id}-error`, className: "error-message" });
  const prefix = document.createElement("span");
  Object.assign(prefix, { className: "visually-hidden", textContent: "Error: " });
  line.replaceChildren(prefix, message);
  if (existing) return;
  const container = field.closest(".field");
  (container.querySelector(".notes") ?? container).append(line);
}

function updateDescription(field) {
  const ids = [`${field.id}-hint`, `${field.id}-error`].filter((id) => document.getElementById(id));
  const control = field.type === "radio" ? field.closest("fieldset") : field;
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}

function updateSummary(id, previous, message) {
  const summary = document.getElementById("error-summary");
  for (const link of summary?.querySelectorAll(`a[href="#${id}"]`) ?? []) {
    if (!message) link.closest("li").remove();
    else if (previous) link.textContent = link.textContent.replace(previous, () => message);
  }
  const remaining = summary?.querySelectorAll("li").length;
  if (remaining === 0) {
    summary.remove();
    document.title = document.title.replace(/^Error: /, "");
  } else if (remaining) {
    document.getElementById("error-summary-title").textContent =
      remaining === 1 ? "There is a problem" : `There are ${remaining} problems`;
  }
}

// The radio buttons of a field share its errors.
export const idOf = (field) => (field.type === "radio" ? field.name : field.id);

// Removes a field's error when the field is edited. `related(id)`: other fields whose errors the edit may fix.
export function clearWhenEdited(form, related = () => []) {
  form.addEventListener("input", ({ target }) => {
    const id = idOf(target);
    showError(id, "");
    for (const relatedId of related(id)) showError(relatedId, "");
  });
}
