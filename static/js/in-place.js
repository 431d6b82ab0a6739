// Forms marked [data-in-place] are sent without leaving the page. The answer is a few pieces marked [data-piece]; each
// takes the place of what has its id here. Without scripts, or when the answer is something else, the form goes the usual way.
// While it is on its way the tapped row says so; what got lost says so in its row and can be tapped once more: every
// form may be sent twice. Beside #said nothing is needed; [data-lost] is the sentence of a row.
const LONGEST = 20000; // a connection that takes longer is taken for none
const PAUSE = 700; // a second tap of the same thumb does not hit the button that has just appeared

const said = document.getElementById("said");
let swapped = 0;

function waiting(form, on) {
  const button = form.querySelector("button");
  if (!button?.isConnected) return; // its piece was replaced
  button.setAttribute("aria-busy", on);
  if (on) {
    button.dataset.words = button.innerHTML;
    if (said.dataset.saving) button.textContent = said.dataset.saving;
  } else if (button.dataset.words) {
    button.innerHTML = button.dataset.words;
  }
}

async function send(form) {
  const row = form.closest("[data-piece]");
  const lost = row?.querySelector("[data-lost]");
  const body = new FormData(form);
  let answer;
  if (lost) lost.hidden = true;
  waiting(form, true);
  try {
    answer = await fetch(form.action, { method: "POST", body, headers: { "X-Pieces": "1" }, signal: AbortSignal.timeout(LONGEST) });
  } catch {
    if (lost) lost.hidden = false;
    waiting(form, false);
    return;
  }
  if (!answer.ok || answer.redirected) return form.submit();
  const answered = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const piece of answered.querySelectorAll("[data-piece]")) {
    document.getElementById(piece.id)?.replaceChildren(...piece.childNodes);
  }
  said.className = "";
  said.querySelector("[role=alert]")?.scrollIntoView({ block: "center" }); // a refusal is read, however far down was tapped
  swapped = Date.now();
  row?.querySelector("button")?.focus({ preventScroll: true });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-in-place]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sent || Date.now() - swapped < PAUSE) return;
  form.dataset.sent = "1";
  send(form).finally(() => delete form.dataset.sent);
});
