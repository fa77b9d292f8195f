// The list: what is typed or chosen applies at once, "/" goes to the search, and times are those of the person.
import { closeMenus } from "./menus.js";

const form = document.getElementById("filter");
const results = document.getElementById("results");
const announcer = document.getElementById("announcer"); // read by screen readers
const TYPING_PAUSE = 250; // milliseconds
let timer, latest = 0;

form?.addEventListener("input", ({ target }) => schedule(target.matches("select") ? 0 : TYPING_PAUSE));
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  schedule(0);
});

function schedule(pause) {
  clearTimeout(timer);
  timer = setTimeout(update, pause);
}

// The form keeps the focus; a later response is newer than an earlier one.
async function update() {
  const filled = [...new FormData(form)].filter(([, text]) => text.trim());
  const url = form.getAttribute("action") + (filled.length ? `?${new URLSearchParams(filled)}` : "");
  const request = ++latest;
  const response = await fetch(url).catch(() => null);
  if (request !== latest) return;
  if (!response?.ok) return location.assign(url); // its page says why
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (request !== latest) return;
  results.replaceChildren(...page.getElementById("results").childNodes);
  history.replaceState(history.state, "", url);
  showLocalTimes();
  showCurrentTab();
  const current = results.querySelector(".tabs [aria-current]");
  announcer.textContent = results.querySelector(".list") ? (current?.textContent ?? "") : "Nothing matches.";
}

// --- "/" goes to the search
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, select, textarea");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping || !form) return;
  event.preventDefault();
  form.elements.q.select();
});

// --- times in the zone of the person
const format = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

function showLocalTimes() {
  for (const time of results.querySelectorAll("time[data-exact]")) {
    time.dataset.exact = format.format(new Date(time.dateTime));
  }
}
showLocalTimes();

// --- the current tab, where they do not all fit
const showCurrentTab = () => results.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest" });
showCurrentTab();

closeMenus(document.getElementById("main"));
