// Sends the whole form to the server's draft a moment after the last key. The server's copy is the
// truth; the strip says honestly whether it has the words. A draft opened in two places answers 409
// and nothing of either is overwritten.
document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const strip = document.querySelector("[data-autosave-strip]");
  const line = strip.querySelector("[data-autosave-words]");
  const version = form.querySelector("input[name=version]");
  const marks = ["version", "based_on"]; // hidden fields that say what the words were built upon
  // Files go up by themselves; the draft is words.
  const words = () => {
    const data = new FormData(form);
    [...data.entries()].forEach(([name, value]) => { if (value instanceof File) data.delete(name); });
    return data;
  };
  // What the server does not have yet is kept in this browser too: a tab may be closed without a net.
  const owner = form.dataset.owner;
  const place = () => `draft:${owner}:${location.pathname}`;
  const keep = () => {
    if (!owner) return;
    const entries = [...words().entries()].filter(([name]) => name !== "csrfmiddlewaretoken");
    const copy = { at: Date.now(), entries };
    try { localStorage.setItem(place(), JSON.stringify(copy)); } catch { /* full or forbidden */ }
  };
  const drop = () => { try { localStorage.removeItem(place()); } catch { /* forbidden */ } };
  const kept = () => {
    try {
      const copy = owner && JSON.parse(localStorage.getItem(place()));
      return copy && Date.now() - copy.at < 30 * 24 * 3600 * 1000 ? copy : null;
    } catch { return null; }
  };
  // Puts a kept copy back; with its old version, so that what others wrote since is not written over.
  const putBack = (copy) => {
    const given = new Map(copy.entries);
    [...form.elements].forEach((field) => {
      if (!field.name || field.type === "file") return;
      if (field.type === "hidden" && !marks.includes(field.name)) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.get(field.name) === field.value;
      else if (given.has(field.name)) field.value = given.get(field.name);
    });
  };
  let typed = 0;
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
    const before = typed;
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
        drop();
        if (version) version.value = saved.version;
        becomeDraft(saved);
        if (typed !== before) keep();
        if (saved.unsaved) {
          say("offline", `除了“${saved.unsaved}”还要改一下，别的都存好了（${saved.at}）。`);
        } else if (saved.meanwhile) {
          say("conflict", saved.meanwhile);
        } else {
          say("saved", `已自动保存（${saved.at}）。中途离开也不会丢，换手机、换电脑都能接着写。`);
        }
      }
    } catch {
      say("offline", "现在没有网，先存在这台机器上。有网后会自动传上去，关了这一页再打开也在。");
      timer = setTimeout(save, 5000);
    }
    busy = false;
    if (again) { again = false; save(); }
  };

  const soon = () => {
    typed += 1;
    keep();
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
  form.addEventListener("submit", () => { stopped = true; clearTimeout(timer); if (navigator.onLine) drop(); });
  window.addEventListener("online", save);
  const copy = kept();
  if (copy) {
    putBack(copy);
    say("saving", "上次没有存上的内容放回来了，正在保存…");
    save();
  }
});
