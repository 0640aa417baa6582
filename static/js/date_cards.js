// 今天 / 昨天 / 别的日子: the written date shows only for the third card. It becomes the browser's
// own calendar when what stands there is a date such a calendar can hold.
document.querySelectorAll("[data-date-cards]").forEach((cards) => {
  const other = cards.querySelector("[data-other-day]");
  const input = other.querySelector("input");
  const radios = [...cards.querySelectorAll("input[type=radio]")];
  const show = (byHand) => {
    const chosen = radios.find((radio) => radio.checked);
    const isOther = Boolean(chosen && chosen.value === "other");
    other.hidden = !isOther;
    if (!isOther) input.value = "";
    if (isOther && byHand) input.focus();
  };
  if (!input.value || /^\d{4}-\d{2}-\d{2}$/.test(input.value)) input.type = "date";
  radios.forEach((radio) => radio.addEventListener("change", () => show(true)));
  show(false);
});
document.querySelectorAll("input[data-day]").forEach((input) => {
  if (!input.value || /^\d{4}-\d{2}-\d{2}$/.test(input.value)) input.type = "date";
});
