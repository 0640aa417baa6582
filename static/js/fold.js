// Header menus: one open at a time, closed by Escape or by a press elsewhere.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details[data-fold][open]").forEach((fold) => {
    if (!fold.contains(event.target)) fold.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details[data-fold][open]").forEach((fold) => {
    fold.open = false;
    fold.querySelector("summary").focus();
  });
});
