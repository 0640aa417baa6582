// A 打印 button; without scripts the browser's own menu does it.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.addEventListener("click", () => window.print());
});
