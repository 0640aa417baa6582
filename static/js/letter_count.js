// Says how much is written and when it is enough; never stops anybody.
document.querySelectorAll("[data-letter-count]").forEach((line) => {
  const area = document.getElementById(line.dataset.letterCount);
  const enough = Number(line.dataset.enough);
  if (!area) return;
  const tell = () => {
    const letters = [...area.value.replace(/\s/g, "")].length;
    line.textContent = letters >= enough ? `已写 ${letters} 字，可以了` : `已写 ${letters} 字，${enough} 字以上就可以`;
  };
  line.hidden = false;
  area.addEventListener("input", tell);
  tell();
});
