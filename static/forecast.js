// Polls a forecast that is running, and shows each part as soon as it is complete.
import { clearWhenEdited } from "./errors.js";

const forecast = document.getElementById("forecast");
const FIRST_PAUSE = 300, MAX_PAUSE = 1500; // milliseconds; after five seconds without a poll the server cancels it
const RELOAD_ON = [401, 403, 404, 422]; // the session has ended, or the autotune no longer has a forecast
const RUNNING = ["waiting", "running"];
const OPEN = [...RUNNING, "planned"]; // "planned": the forecast is ready, the comparison is not
const MESSAGES = { planned: "The forecast is ready.", done: "The forecast and the comparison are ready." };
const announcer = document.getElementById("announcer"); // read by screen readers
const part = (page, name) => page.getElementById(`forecast-${name}`);

async function poll(pause) {
  await new Promise((resolve) => setTimeout(resolve, pause));
  // where the network or the server is away, the next poll may succeed
  const response = await fetch(forecast.dataset.poll).catch(() => null);
  if (RELOAD_ON.includes(response?.status)) return location.reload();
  if (response?.ok) await applyStatus(await response.json());
  if (OPEN.includes(forecast.dataset.stage)) poll(Math.min(pause * 1.2, MAX_PAUSE));
}

async function applyStatus(status) {
  if (status.asked !== forecast.dataset.scenario) return location.reload(); // the autotune was changed
  const bar = part(document, "bar");
  if (bar) bar.value = status.done ?? 0;
  const text = part(document, "status");
  if (text) text.textContent = status.words ?? "";
  if (status.stage === forecast.dataset.stage) return;
  if (RUNNING.includes(status.stage)) forecast.dataset.stage = status.stage;
  else await loadParts();
}

// The server renders the same page with everything that is complete: take the parts that are new.
async function loadParts() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return; // the stage stays as it was, so the next poll tries again
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const hasResult = part(document, "result").childElementCount > 0;
  for (const name of hasResult ? ["progress", "comparison"] : ["progress", "result", "comparison"]) {
    part(document, name).replaceChildren(...part(page, name).childNodes);
  }
  scrollToCurrent();
  forecast.dataset.stage = page.getElementById("forecast").dataset.stage;
  announcer.textContent = MESSAGES[forecast.dataset.stage] ?? part(document, "error")?.textContent ?? "";
}

// On a narrow screen the table is wider than the page: show the current settings first.
function scrollToCurrent() {
  const current = document.querySelector(".comparison .current");
  const frame = current?.closest(".scroll");
  const stickyColumn = current?.parentElement.firstElementChild;
  if (frame) frame.scrollLeft = current.offsetLeft - stickyColumn.offsetWidth;
}

const form = document.getElementById("assumptions");
if (form) clearWhenEdited(form, (id) => (id === "rate" ? ["lift"] : []));
if (forecast && OPEN.includes(forecast.dataset.stage)) poll(FIRST_PAUSE);
scrollToCurrent();
// Focusing alone would show the middle of a result that is taller than the window.
const start = document.getElementById("error-summary") ?? forecast;
start?.focus({ preventScroll: true });
start?.scrollIntoView();
