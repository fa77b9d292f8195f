// An autotune's page: looks again while its outcome is open, and copies texts.
import { clearWhenEdited } from "./errors.js";

const said = document.getElementById("said"); // what a screen reader hears
const open = document.querySelector("[data-poll]");
const FIRST = 1000, SLOWEST = 10000; // milliseconds between looks
const A_MOMENT = 2000; // milliseconds that "Copied" stands

async function look(pause) {
  await new Promise((resolve) => setTimeout(resolve, pause));
  try {
    const reply = await fetch(open.dataset.poll);
    if (reply.ok && (await reply.json()).state !== open.dataset.state) return location.reload();
  } catch {
    // the network is away: the next look may find it again
  }
  look(Math.min(pause * 1.3, SLOWEST));
}
if (open) look(FIRST);

// --- start the forecast worker while the assumptions are typed
const assumptions = document.getElementById("assumptions");
assumptions?.addEventListener("focusin", () => fetch(assumptions.getAttribute("action")), { once: true });

// --- reject
const reason = document.querySelector(".reject form");
if (reason) clearWhenEdited(reason);

// what is shown as [U+202E] is copied as the character that it stands for
function text(element) {
  const copied = element.cloneNode(true);
  for (const mark of copied.querySelectorAll("mark.character")) {
    mark.replaceWith(String.fromCodePoint(parseInt(mark.textContent.slice(3, -1), 16)));
  }
  return copied.textContent;
}

async function copy(button) {
  const label = [...button.childNodes];
  try {
    await navigator.clipboard.writeText(text(document.getElementById(button.dataset.copy)));
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed here";
  }
  said.textContent = button.textContent;
  setTimeout(() => button.replaceChildren(...label), A_MOMENT);
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
