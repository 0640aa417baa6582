// A page that came back with something to add starts at its summary and says so in the title.
(() => {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  document.title = `有要补的：${document.title}`;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const question = link && document.querySelector(link.getAttribute("href"));
    const control = question && question.querySelector("input, textarea, select");
    if (!control) return;
    event.preventDefault();
    const closed = question.closest("details:not([open])");
    if (closed) closed.open = true;
    question.scrollIntoView({ block: "start" });
    control.focus({ preventScroll: true });
  });
})();
