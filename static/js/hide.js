// A full number shown once leaves the screen again: [data-hide-after="60"] is emptied after that many seconds.
for (const value of document.querySelectorAll("[data-hide-after]")) {
  setTimeout(() => {
    value.textContent = value.dataset.hidden;
  }, 1000 * Number(value.dataset.hideAfter));
}
