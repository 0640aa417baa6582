// Leaving a changed form that has no server draft asks first. Nothing changed, nothing asked.
document.querySelectorAll("form[data-dirty-guard]").forEach((form) => {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
});
