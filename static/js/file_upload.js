// Photos and files go up one by one, at once, into the draft: an answer to the form can never cost
// one. Large pictures are made smaller here first where the browser can; the server decides anyway.
(() => {
  const LONGEST = 2560;
  const WORTH_SHRINKING = 3 * 1024 * 1024;

  const shrink = async (file) => {
    if (!file.type.startsWith("image/") || file.size < WORTH_SHRINKING || !window.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
      return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
    } catch {
      return file;
    }
  };

  const card = (name) => {
    const item = document.createElement("li");
    item.className = "file-card";
    item.innerHTML = '<div class="file-card__picture"></div><div class="file-card__words"><span></span></div><progress max="100" value="0"></progress>';
    item.querySelector("progress").setAttribute("aria-label", `正在上传 ${name}`);
    return item;
  };

  const send = (picker, file, item) => new Promise((done) => {
    const words = item.querySelector(".file-card__words span");
    const bar = item.querySelector("progress");
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append(picker.querySelector("[data-file-plain] input[type=file]").name, file);
    request.open("POST", picker.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", picker.closest("form").querySelector("[name=csrfmiddlewaretoken]").value);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.upload.addEventListener("progress", (event) => {
      const percent = Math.round((100 * event.loaded) / event.total);
      bar.value = percent;
      words.textContent = percent < 100 ? `正在上传 ${percent}%` : "正在整理";
    });
    const refuse = (sentence, retry) => {
      bar.remove();
      item.classList.add("file-card--refused");
      words.textContent = sentence;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = retry ? "再试一次" : "知道了";
      button.addEventListener("click", () => {
        if (!retry) return item.remove();
        const fresh = card(file.name);
        item.replaceWith(fresh);
        send(picker, file, fresh);
      });
      item.querySelector(".file-card__words").append(button);
      done();
    };
    request.addEventListener("load", () => {
      if (request.status === 201) {
        const template = document.createElement("template");
        template.innerHTML = request.responseText.trim();
        item.replaceWith(template.content);
        done();
      } else if (request.status === 422 || request.status === 409 || request.status === 413) {
        let sentence = "这个文件没有收下，换一个试试";
        try { sentence = JSON.parse(request.responseText).sentence; } catch { /* keep ours */ }
        refuse(sentence, false);
      } else {
        refuse("没传上去", true);
      }
    });
    request.addEventListener("error", () => refuse("没有网，没传上去", true));
    words.textContent = "正在上传 0%";
    request.send(body);
  });

  document.querySelectorAll("[data-file-picker]").forEach((picker) => {
    const list = picker.querySelector("[data-file-list]");
    picker.querySelector("[data-file-add]").hidden = false;
    picker.querySelector("[data-file-plain]").hidden = true;
    picker.querySelectorAll("[data-file-input]").forEach((input) => {
      input.addEventListener("change", async (event) => {
        event.stopPropagation();
        const files = [...input.files];
        input.value = "";
        const form = picker.closest("form");
        if (form.saveDraft && files.length) await form.saveDraft();
        for (const file of files) {
          const item = card(file.name);
          list.append(item);
          await send(picker, await shrink(file), item);
        }
      });
    });
    list.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-file-remove]");
      if (!button) return;
      event.preventDefault();
      const token = picker.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
      const answer = await fetch(button.dataset.fileRemove, {
        method: "POST",
        headers: { "X-CSRFToken": token, "X-Requested-With": "XMLHttpRequest" },
      });
      if (answer.ok) button.closest(".file-card").remove();
    });
  });
})();
