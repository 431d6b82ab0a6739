// Forms marked [data-in-place] are sent without leaving the page. The answer is a few pieces marked [data-piece]; each
// takes the place of what has its id here. Without scripts, or when the answer is something else, the form goes the usual way.
const PAUSE = 700; // a second tap of the same thumb does not hit the button that has just appeared

const said = document.getElementById("said");
let swapped = 0;

async function send(form) {
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Pieces": "1" } });
  } catch {
    said.textContent = said.dataset.offline;
    said.className = "note bad";
    return;
  }
  if (!answer.ok || answer.redirected) return form.submit();
  const row = form.closest("[data-piece]");
  const answered = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const piece of answered.querySelectorAll("[data-piece]")) {
    document.getElementById(piece.id)?.replaceChildren(...piece.childNodes);
  }
  said.className = "";
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
