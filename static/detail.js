// The page of an autotune: polls while the outcome of what was sent is open, and copies texts.
import { clearWhenEdited } from "./errors.js";

const announcer = document.getElementById("announcer"); // read by screen readers
const panel = document.querySelector("[data-poll]");
const FIRST_PAUSE = 1000, MAX_PAUSE = 10000; // milliseconds between polls
const COPIED_PAUSE = 2000; // milliseconds for which the button says "Copied"

// Of the autotune, or of its start or decision.
const stateIn = ({ state, action }) => ("action" in panel.dataset ? action?.state : state);

async function poll(pause) {
  await new Promise((resolve) => setTimeout(resolve, pause));
  try {
    const response = await fetch(panel.dataset.poll);
    if (response.ok && stateIn(await response.json()) !== panel.dataset.state) return location.reload();
  } catch {
    // no network: the next poll may succeed
  }
  if ((tries -= 1) > 0) poll(Math.min(pause * 1.3, MAX_PAUSE));
}
let tries = Number(panel?.dataset.tries ?? Infinity);
if (panel) poll(FIRST_PAUSE);

// --- follow what becomes of it in Statsig, which the server reads at most once a minute
const live = document.getElementById("live");
const LIVE_PAUSE = 15000, CHECK_PAUSE = 1500; // milliseconds between two looks; until a check that has begun is done
const AGE_PAUSE = 1000; // milliseconds
let checkedAt = Date.now() - 1000 * Number(live?.dataset.age);

async function follow() {
  const response = document.hidden ? null : await fetch(live.dataset.live).catch(() => null);
  const result = response?.ok ? (await response.json()).live : null;
  if (result && result.digest !== live.dataset.digest) return location.reload();
  if (result) checkedAt = Date.now() - 1000 * result.age;
  setTimeout(follow, LIVE_PAUSE);
}

function showAge() {
  const seconds = Math.round((Date.now() - checkedAt) / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) live.textContent = `Checked ${minutes ? `${minutes} min` : `${seconds} s`} ago`;
}
if (live) {
  setTimeout(follow, "checking" in live.dataset ? CHECK_PAUSE : LIVE_PAUSE);
  setInterval(showAge, AGE_PAUSE);
}

// --- start the forecast worker while the assumptions are typed
const assumptions = document.getElementById("assumptions");
assumptions?.addEventListener("focusin", () => fetch(assumptions.getAttribute("action")), { once: true });

// --- count down until a busy Statsig may be asked again
const notice = document.querySelector("[data-retry-in]");
const retryAt = Date.now() + 1000 * Number(notice?.dataset.retryIn);

function countDown() {
  const seconds = Math.ceil((retryAt - Date.now()) / 1000);
  if (seconds <= 0) return notice.remove();
  notice.firstChild.data = notice.firstChild.data.replace(/in \d+ seconds?/, `in ${seconds} second${seconds > 1 ? "s" : ""}`);
  setTimeout(countDown, 250);
}
if (notice) {
  notice.ariaLive = "off"; // screen readers would read each second
  countDown();
}

// --- what a version changed, loaded on first use
for (const link of document.querySelectorAll(".show-changes")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const response = await fetch(link.href).catch(() => null);
    const page = response?.ok && new DOMParser().parseFromString(await response.text(), "text/html");
    const changes = page && page.querySelector("#changes > *");
    if (changes) link.replaceWith(changes);
    else location.assign(link.href);
  });
}

// --- reject
const rejectForm = document.querySelector(".reject form");
if (rejectForm) clearWhenEdited(rejectForm);

// A hidden character is shown as [U+202E], but copied as the character itself.
function textOf(element) {
  const clone = element.cloneNode(true);
  for (const mark of clone.querySelectorAll("mark.character")) {
    mark.replaceWith(String.fromCodePoint(parseInt(mark.textContent.slice(3, -1), 16)));
  }
  return clone.textContent;
}

async function copy(button, text) {
  const label = [...button.childNodes];
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Couldn’t copy";
  }
  announcer.textContent = button.textContent;
  setTimeout(() => button.replaceChildren(...label), COPIED_PAUSE);
}
for (const button of document.querySelectorAll("[data-copy], [data-copy-link]")) {
  button.hidden = !navigator.clipboard;
  const { copy: id } = button.dataset;
  const text = () => (id ? textOf(document.getElementById(id)) : new URL(button.dataset.copyLink, location.href).href);
  button.addEventListener("click", () => copy(button, text()));
}
