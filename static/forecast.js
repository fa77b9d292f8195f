// Polls a forecast that is running, and shows each part as soon as it is complete.
import { clearWhenEdited } from "./errors.js";

const forecast = document.getElementById("forecast");
const FIRST_PAUSE = 300, MAX_PAUSE = 1500; // milliseconds; after five seconds without a poll the server cancels it
const RELOAD_ON = [401, 403, 404, 422]; // the session has ended, or the autotune no longer has a forecast
const RUNNING = ["waiting", "running"];
const OPEN = [...RUNNING, "planned"]; // "planned": the summary is ready, other parts are not
const STAGES = [...OPEN, "done", "failed"]; // copies of the desk may answer in turn: never return to an earlier one
const MESSAGES = { planned: "The forecast is ready; more is being simulated.", done: "The forecast is complete." };
const announcer = document.getElementById("announcer"); // read by screen readers
const part = (page, name) => page.getElementById(`forecast-${name}`);
const PARTS = ["progress", "result", "traffic", "comparison", "more"];
// Each part as the server sent it: what somebody has opened since then stays open.
const rendered = new Map(PARTS.map((name) => [name, part(document, name)?.cloneNode(true)]));

async function poll(pause) {
  await new Promise((resolve) => setTimeout(resolve, pause));
  // where the network or the server is away, the next poll may succeed
  const response = await fetch(forecast.dataset.poll).catch(() => null);
  if (RELOAD_ON.includes(response?.status)) return location.reload();
  if (response?.ok) await applyStatus(await response.json());
  if (OPEN.includes(forecast.dataset.stage)) poll(Math.min(pause * 1.2, MAX_PAUSE));
}

const isLater = (stage) => STAGES.indexOf(stage) > STAGES.indexOf(forecast.dataset.stage);

const hasMoreParts = (status) => status.parts > Number(forecast.dataset.parts);

async function applyStatus(status) {
  if (status.asked !== forecast.dataset.scenario) return location.reload(); // the autotune was changed
  if (hasMoreParts(status)) return loadParts(status.stage);
  if (isLater(status.stage)) {
    if (RUNNING.includes(status.stage)) forecast.dataset.stage = status.stage;
    else return loadParts(status.stage);
  }
  const bar = part(document, "bar");
  if (status.stage !== forecast.dataset.stage || status.done < bar.value) return; // from a copy that is behind
  bar.value = status.done;
  part(document, "status").textContent = status.words;
}

// The server renders the same page with everything that is complete: take the parts that are new. A copy of the desk
// that is behind may answer, so ask once more; but not for a failure, since the other copy may succeed.
async function loadParts(stage) {
  const page = (await loadLater()) ?? (stage === "failed" ? null : await loadLater());
  if (!page) return; // the stage stays as it was, so the next poll tries again
  for (const name of PARTS) {
    const loaded = part(page, name);
    if (loaded.isEqualNode(rendered.get(name))) continue;
    rendered.set(name, loaded.cloneNode(true));
    part(document, name).replaceChildren(...loaded.childNodes);
  }
  const before = forecast.dataset.stage;
  Object.assign(forecast.dataset, page.getElementById("forecast").dataset);
  if (forecast.dataset.stage === before) return;
  announcer.textContent = MESSAGES[forecast.dataset.stage] ?? part(document, "error")?.textContent ?? "";
}

async function loadLater() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const { stage, parts, scenario } = page.getElementById("forecast")?.dataset ?? {};
  if (scenario !== forecast.dataset.scenario) return location.reload(); // the autotune was changed
  const isBehind = Number(parts) < Number(forecast.dataset.parts);
  return !isBehind && (isLater(stage) || parts !== forecast.dataset.parts) ? page : null;
}

const form = document.getElementById("assumptions");
if (form) {
  clearWhenEdited(form, (id) => (id === "rate" ? ["lift"] : []));
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, text] of [...formData]) if (!text) formData.delete(name); // a shorter address to share
  });
}
if (forecast && OPEN.includes(forecast.dataset.stage)) poll(FIRST_PAUSE);
// Focusing alone would show the middle of a result that is taller than the window.
const start = document.getElementById("error-summary") ?? forecast;
start?.focus({ preventScroll: true });
start?.scrollIntoView();
