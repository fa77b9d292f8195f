// A plan while it is made: looks how far it is, and puts each part into the page as soon as it is there.
import { clearWhenEdited } from "./errors.js";

const plan = document.getElementById("plan");
const FIRST = 300, SLOWEST = 1500; // milliseconds between looks; after five seconds without one it is cancelled
const OVER = [401, 403, 404, 422]; // the session is over, or the autotune is no longer one to plan
const OPEN = ["waiting", "running", "planned"];
const SAID = { planned: "The plan is here.", done: "The plan is complete." };
const said = document.getElementById("said"); // what a screen reader hears
const part = (page, name) => page.getElementById(`plan-${name}`);

async function look(pause) {
  await new Promise((resolve) => setTimeout(resolve, pause));
  // where the network or the desk is away, the next look may find it again
  const reply = await fetch(plan.dataset.poll).catch(() => null);
  if (OVER.includes(reply?.status)) return location.reload();
  if (reply?.ok) await take(await reply.json());
  if (OPEN.includes(plan.dataset.stage)) look(Math.min(pause * 1.2, SLOWEST));
}

async function take(standing) {
  if (standing.asked !== plan.dataset.asked) return location.reload(); // the autotune has been changed
  const bar = part(document, "bar");
  if (bar) bar.value = standing.done ?? 0;
  if (part(document, "words")) part(document, "words").textContent = standing.words ?? "";
  if (standing.stage === plan.dataset.stage) return;
  if (OPEN.indexOf(standing.stage) < 2 && OPEN.includes(standing.stage)) plan.dataset.stage = standing.stage;
  else await swap();
}

// The page that the server makes of the same question has it all: take what is new.
async function swap() {
  const reply = await fetch(location.href).catch(() => null);
  if (!reply?.ok) return; // the stage stays as it was, so the next look tries again
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const shown = part(document, "result").childElementCount > 0;
  for (const name of shown ? ["progress", "choices"] : ["progress", "result", "choices"]) {
    part(document, name).replaceChildren(...part(page, name).childNodes);
  }
  showChosen();
  plan.dataset.stage = page.getElementById("plan").dataset.stage;
  said.textContent = SAID[plan.dataset.stage] ?? part(document, "failed")?.textContent ?? "";
}

// On a narrow screen the table is wider than the page: it opens where the choice of now stands.
function showChosen() {
  const chosen = document.querySelector(".choices .chosen");
  const frame = chosen?.closest(".scroll");
  if (frame) frame.scrollLeft = chosen.offsetLeft - chosen.parentElement.firstElementChild.offsetWidth; // which stays in view
}

const guesses = document.getElementById("guesses");
if (guesses) clearWhenEdited(guesses, (id) => (id === "rate" ? ["lift"] : []));
if (plan && OPEN.includes(plan.dataset.stage)) look(FIRST);
showChosen();
// Focusing alone would show the middle of an answer that is taller than the window.
const start = document.getElementById("summary") ?? plan;
start?.focus({ preventScroll: true });
start?.scrollIntoView();
