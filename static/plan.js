// A plan while it is made: looks how far it is, and puts each part into the page as soon as it is there.
const plan = document.getElementById("plan");
const FIRST = 300, SLOWEST = 1500; // milliseconds between looks; after five seconds without one it is called off
const OPEN = ["waiting", "running", "planned"];
const said = document.getElementById("said"); // what a screen reader hears
const part = (page, name) => page.getElementById(`plan-${name}`);

async function look(pause) {
  await new Promise((resolve) => setTimeout(resolve, pause));
  try {
    const reply = await fetch(plan.dataset.poll);
    if (!reply.ok) return location.reload(); // the autotune has changed, or the session is over
    await take(await reply.json());
  } catch {
    // the network is away: the next look may find it again
  }
  if (OPEN.includes(plan.dataset.stage)) look(Math.min(pause * 1.2, SLOWEST));
}

async function take(said) {
  const bar = part(document, "bar");
  if (bar) bar.value = said.done ?? 0;
  if (part(document, "words")) part(document, "words").textContent = said.words ?? "";
  if (said.stage === plan.dataset.stage) return;
  if (OPEN.indexOf(said.stage) < 2 && OPEN.includes(said.stage)) plan.dataset.stage = said.stage;
  else await swap();
}

// The page that the server makes of the same question has it all: take what is new.
async function swap() {
  const reply = await fetch(location.href);
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const shown = part(document, "result").childElementCount > 0;
  for (const name of shown ? ["progress", "choices"] : ["progress", "result", "choices"]) {
    part(document, name).replaceChildren(...part(page, name).childNodes);
  }
  showChosen();
  plan.dataset.stage = page.getElementById("plan").dataset.stage;
  said.textContent = { planned: "The plan is here.", done: "The plan is complete." }[plan.dataset.stage] ?? "";
}

// On a narrow screen the table is wider than the page: it opens where the choice of now stands.
function showChosen() {
  const chosen = document.querySelector(".choices .chosen");
  const frame = chosen?.closest(".scroll");
  if (frame) frame.scrollLeft = chosen.offsetLeft - chosen.parentElement.firstElementChild.offsetWidth; // which stays in view
}

if (plan && OPEN.includes(plan.dataset.stage)) look(FIRST);
showChosen();
(document.getElementById("summary") ?? plan)?.focus();
