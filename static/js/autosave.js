// Sends the whole form to the server's draft a moment after the last key. The server's copy is the
// truth; the strip says honestly whether it has the words. A draft opened in two places answers 409
// and nothing of either is overwritten.
document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const strip = document.querySelector("[data-autosave-strip]");
  const line = strip.querySelector("[data-autosave-words]");
  const version = form.querySelector("input[name=version]");
  // Files go up by themselves; the draft is words.
  const words = () => {
    const data = new FormData(form);
    [...data.entries()].forEach(([name, value]) => { if (value instanceof File) data.delete(name); });
    return data;
  };
  let timer = null;
  let busy = false;
  let again = false;
  let stopped = false;

  const say = (state, sentence) => {
    strip.dataset.state = state;
    line.textContent = sentence;
  };

  // The first save makes the draft; from then on this page is that draft's page.
  const becomeDraft = (saved) => {
    if (form.dataset.autosave === saved.autosave_url) return;
    form.dataset.autosave = saved.autosave_url;
    form.action = saved.edit_url;
    form.querySelectorAll("[data-file-picker]").forEach((picker) => {
      picker.dataset.uploadUrl = saved.upload_url;
      picker.querySelectorAll("[formaction]").forEach((button) => { button.formAction = saved.upload_url; });
    });
    history.replaceState(null, "", saved.edit_url);
  };

  const save = async () => {
    if (stopped) return;
    if (busy) { again = true; return; }
    busy = true;
    say("saving", "正在保存…");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: words(),
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (answer.status === 409) {
        stopped = true;
        say("conflict", (await answer.json()).sentence);
      } else if (!answer.ok || answer.redirected) {
        say("offline", "还没有存上。登录可能过期了：另开一页登录，再回这一页接着写，写的内容还在。");
      } else {
        const saved = await answer.json();
        if (version) version.value = saved.version;
        becomeDraft(saved);
        if (saved.unsaved) {
          say("offline", `除了“${saved.unsaved}”还要改一下，别的都存好了（${saved.at}）。`);
        } else {
          say("saved", `已自动保存（${saved.at}）。中途离开也不会丢，换手机、换电脑都能接着写。`);
        }
      }
    } catch {
      say("offline", "现在没有网。不要关这一页，有网后会自动传上去。");
      timer = setTimeout(save, 5000);
    }
    busy = false;
    if (again) { again = false; save(); }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  };
  // Others who need the draft to exist, such as the photo upload, wait for this.
  form.saveDraft = async () => {
    clearTimeout(timer);
    while (busy) await new Promise((done) => setTimeout(done, 100));
    await save();
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => { stopped = true; clearTimeout(timer); });
  window.addEventListener("online", save);
});
