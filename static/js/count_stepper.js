// − and ＋ beside a number. The typed value wins; below nothing there is nothing.
document.querySelectorAll("[data-count]").forEach((count) => {
  const input = count.querySelector("input");
  count.querySelectorAll("[data-count-step]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const now = parseInt(input.value.replace(/[^\d]/g, ""), 10) || 0;
      input.value = Math.max(0, now + Number(button.dataset.countStep));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
});
