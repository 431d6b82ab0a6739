// Forms marked [data-uploads] send their files one by one and say of each how far it is. Without scripts they are sent
// all at once.
const form = document.querySelector("form[data-uploads]");

function send(file, line) {
  return new Promise((resolve) => {
    const body = new FormData(form);
    body.delete("photos");
    body.append("photos", file);
    const request = new XMLHttpRequest();
    const state = line.lastElementChild;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) state.textContent = `${Math.round((100 * event.loaded) / event.total)} %`;
    });
    request.addEventListener("loadend", () => {
      const good = request.status === 200;
      const said = request.status === 422 ? request.responseText.slice(request.responseText.indexOf(": ") + 1) : form.dataset.failed;
      state.textContent = good ? form.dataset.done : said;
      state.className = good ? "badge" : "badge full";
      resolve(good);
    });
    request.open("POST", form.action);
    request.setRequestHeader("X-Each", "1");
    request.send(body);
  });
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  const list = form.querySelector("[data-progress]");
  list.replaceChildren();
  const lines = [...form.elements.photos.files].map((file) => {
    const line = document.createElement("div");
    line.className = "item";
    line.append(document.createElement("span"), document.createElement("span"));
    line.firstElementChild.textContent = file.name;
    line.lastElementChild.textContent = form.dataset.waiting;
    const row = document.createElement("li");
    row.append(line);
    list.append(row);
    return [file, line];
  });
  const count = form.querySelector("[data-count]");
  let done = 0;
  for (const [file, line] of lines) {
    if (await send(file, line)) done += 1;
    count.textContent = `${form.dataset.done} ${done} / ${lines.length}`;
  }
  button.disabled = false;
  if (done === lines.length) return location.reload();
  if (!done) return;
  document.querySelector("[data-none]")?.remove(); // “There are no photos yet.”
  // What was refused stays to be read; the others are a tap away.
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = form.dataset.again;
  count.append(" ", again);
});
