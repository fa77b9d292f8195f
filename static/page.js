// An autotune's page: looks again while its outcome is open, and copies texts.
const open = document.querySelector("[data-poll]");
const FIRST = 1000, SLOWEST = 10000; // milliseconds between looks

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

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  });
}
