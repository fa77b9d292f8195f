// Asks what to do with a table that was pasted into one cell.

export function ask(field, text) {
  document.getElementById("paste-question")?.remove();
  const answers = [
    ["Turn into variants", () => turnIntoVariants(field.form, text)],
    ["Paste as text", () => insert(field, text)],
  ];
  const note = newNote(answers);
  field.closest(".variants-scroll").after(note);
  note.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    note.remove();
    field.focus();
  });
  note.querySelector("button").focus();
}

function newNote(answers) {
  const note = document.createElement("div");
  Object.assign(note, { id: "paste-question", className: "paste-question", role: "group", ariaLabel: "Pasted table" });
  note.append("This looks like a table. Turn it into variants?");
  for (const [textContent, act] of answers) {
    const className = "button-secondary button-small";
    const button = Object.assign(document.createElement("button"), { type: "button", className, textContent });
    button.addEventListener("click", () => {
      note.remove();
      act();
    });
    note.append(button);
  }
  return note;
}

function turnIntoVariants(form, text) {
  form.elements.pasted.value = text;
  form.requestSubmit(form.querySelector('button[value="paste"]'));
}

// Where the caret was; the browser can undo it.
function insert(field, text) {
  field.focus();
  document.execCommand("insertText", false, text);
}
