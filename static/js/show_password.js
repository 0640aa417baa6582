// 显示 / 隐藏 beside a password.
document.querySelectorAll("[data-show-password]").forEach((button) => {
  const input = document.getElementById(button.dataset.showPassword);
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = hidden ? "隐藏" : "显示";
  });
});
