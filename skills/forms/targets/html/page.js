// The page at work: showing, moving between pages, keeping answers, languages, sending.
const FORM = JSON.parse(document.getElementById("definition").textContent);
const BLOCKS = FORM.blocks;
const page = document.getElementById("form");
const STORE = `office-form:${FORM.version}`;
const state = { language: FORM.languages[0], current: FORM.sections[0]?.id ?? "end", isSent: false };
const today = () => {
  const now = new Date();
  return isoDay(new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())));
};
const sectionOf = (id) => one(page, `[data-section="${id}"]`);
const textsNow = () => ({ ...FORM.texts[FORM.languages[0]], ...FORM.texts[state.language] });
const wordsNow = () => FORM.words[state.language];

const answersNow = () => Object.assign({}, ...FORM.sections.map((section) => readAnswers(section.items, sectionOf(section.id))));
const judged = () => validate(FORM, answersNow(), today(), textsNow(), wordsNow());

const rootAt = (place) => {
  const [, group, index, id] = /^(?:(\w+)\[(\d+)\]\.)?(\w+)$/.exec(place) ?? [];
  if (!group) return one(page, `[data-item="${id}"]`);
  const entry = entriesOf(one(page, `[data-item="${group}"]`))[Number(index)];
  return entry && itemRoot(entry, id);
};
const shownText = (item, value) => {
  if (!isAnswered(value)) return "—";
  const text = typeof value === "number" ? value.toLocaleString(state.language, {
    minimumFractionDigits: item.decimals ?? 0, maximumFractionDigits: item.decimals ?? 6 }) : String(value);
  return item.unit ? `${text} ${item.unit}` : text;
};
const refresh = () => {
  const way = walk(FORM, answersNow(), today());
  const places = new Set(way.shown.map((shown) => shown.place));
  for (const section of FORM.sections) {
    for (const item of section.items) refreshItem(item, rootAt(item.id), places, "");
  }
  for (const { item, place, answers } of way.shown) {
    if (item.type === "calculated") one(rootAt(place), "output").textContent = shownText(item, answers[item.id]);
  }
  if (!way.sections.includes(state.current)) state.current = way.sections[way.sections.length - 1] ?? state.current;
  const position = way.sections.indexOf(state.current);
  for (const section of FORM.sections) sectionOf(section.id).hidden = state.isSent || section.id !== state.current;
  const isLast = position === way.sections.length - 1 && !way.loop && !way.lost;
  document.getElementById("back").hidden = position <= 0;
  document.getElementById("next").hidden = isLast;
  document.getElementById("submit").hidden = !isLast;
  document.getElementById("progress").textContent = way.sections.length > 1
    ? say(wordsNow(), "page_of", { page: position + 1, pages: way.sections.length }) : "";
  return way;
};
const refreshItem = (item, root, places, prefix) => {
  if (!root) return;
  root.hidden = item.type === "hidden" || !places.has(prefix + item.id);
  const other = item.other ? one(root, "[data-other-row]") : null;
  if (other) other.hidden = !listed(readers[KINDS[item.type]](root, item)).includes("other");
  if (item.type !== "repeat") return;
  const entries = entriesOf(root);
  entries.forEach((entry, index) => {
    one(entry, "[data-entry-title]").textContent = say(wordsNow(), "entry", { number: index + 1 });
    one(entry, "[data-remove]").hidden = entries.length <= item.min_count;
    for (const inner of item.items) refreshItem(inner, itemRoot(entry, inner.id), places, `${item.id}[${index}].`);
  });
  one(root, "[data-add]").hidden = entries.length >= item.max_count;
};

let entryCount = 0;
const addEntry = (root) => {
  const holder = document.createElement("div");
  holder.innerHTML = one(root, "template").innerHTML.replaceAll("__n__", String(entryCount += 1));
  const entry = holder.firstElementChild;
  one(root, ".entries").append(entry);
  drawSignatures(entry, changed);
  return entry;
};
const setEntries = (root, item, count) => {
  while (entriesOf(root).length > count) entriesOf(root).pop().remove();
  while (entriesOf(root).length < Math.min(count, item.max_count)) addEntry(root);
  speak(root);
};

const showFaults = (problems) => {
  all(page, ".fault").forEach((each) => { each.textContent = ""; each.hidden = true; });
  all(page, "[aria-invalid]").forEach((each) => each.removeAttribute("aria-invalid"));
  const summary = document.getElementById("faults");
  summary.hidden = !problems.length;
  summary.replaceChildren();
  if (!problems.length) return;
  const heading = document.createElement("p");
  heading.textContent = say(wordsNow(), "faults", { count: problems.length });
  const list = document.createElement("ul");
  for (const { place, message } of problems) {
    const root = rootAt(place);
    if (!root) continue;
    const note = one(root, ".fault");
    note.textContent = message;
    note.hidden = false;
    const control = one(root, "input:not([type=hidden]), select, textarea, button");
    all(root, "input, select, textarea").forEach((each) => each.setAttribute("aria-invalid", "true"));
    const link = document.createElement("a");
    link.href = `#${control?.id ?? ""}`;
    link.textContent = `${one(root, "[data-text$='.label']")?.textContent ?? place}: ${message}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      state.current = root.closest("[data-section]").dataset.section;
      refresh();
      control?.focus();
    });
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  }
  summary.append(heading, list);
  summary.focus();
};

const keep = () => {
  const answers = answersNow();
  const light = JSON.parse(JSON.stringify(answers, (key, value) => (key === "data" ? undefined : value)));
  try { localStorage.setItem(STORE, JSON.stringify({ answers: light, language: state.language, current: state.current })); } catch { /* storage may be off */ }
};
const kept = () => { try { return JSON.parse(localStorage.getItem(STORE)); } catch { return null; } };
const forget = () => { try { localStorage.removeItem(STORE); } catch { /* storage may be off */ } };
const changed = () => { refresh(); keep(); };

const speak = (root = document) => {
  const [texts, words] = [textsNow(), wordsNow()];
  all(root, "[data-text]").forEach((each) => { each.textContent = texts[each.dataset.text] ?? each.textContent; });
  all(root, "[data-word]").forEach((each) => { each.textContent = words[each.dataset.word]; });
  all(root, "[data-placeholder]").forEach((each) => { each.placeholder = texts[each.dataset.placeholder] ?? ""; });
  all(root, "[data-alt]").forEach((each) => { each.alt = texts[each.dataset.alt] ?? ""; });
};
const setLanguage = (language) => {
  state.language = FORM.languages.includes(language) ? language : FORM.languages[0];
  document.documentElement.lang = state.language;
  document.documentElement.dir = FORM.rightToLeft.includes(state.language) ? "rtl" : "ltr";
  const chooser = document.getElementById("language");
  if (chooser) chooser.value = state.language;
  speak();
  document.title = textsNow()["form.title"] ?? document.title;
  refresh();
};

const go = (step) => {
  const { way, problems } = judged();
  const position = way.sections.indexOf(state.current);
  const here = problems.filter(({ place }) => rootAt(place)?.closest("[data-section]") === sectionOf(state.current));
  if (step > 0 && here.length) { showFaults(here); return; }
  showFaults([]);
  state.current = way.sections[position + step] ?? state.current;
  changed();
  one(sectionOf(state.current), "h2")?.focus();
  window.scrollTo(0, 0);
};
const answersToSend = (way) => JSON.parse(JSON.stringify(way.values, (_, value) => (value === null ? undefined : value)));
const finish = (way, body, isPosted) => {
  state.isSent = true;
  forget();
  document.getElementById("actions").hidden = true;
  document.getElementById("progress").textContent = "";
  const done = document.getElementById("done");
  const say_ = (text, kind = "p") => { const line = document.createElement(kind); line.textContent = text; done.append(line); return line; };
  const [texts, words] = [textsNow(), wordsNow()];
  say_(texts["form.confirmation"] ?? (isPosted ? words.sent : words.kept));
  if (FORM.quiz && FORM.quiz.show_score) showScore(way, say_, texts, words);
  if (!isPosted) {
    const link = say_(words.download, "a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(body, null, 2)], { type: "application/json" }));
    link.download = "answers.json";
  }
  done.hidden = false;
  refresh();
  done.focus();
};
const showScore = (way, say_, texts, words) => {
  const result = score(FORM, way);
  say_(say(words, "score", { score: result.score, total: result.total }));
  const mark = FORM.quiz.pass_mark;
  if (mark != null) say_(result.score >= (mark / 100) * result.total ? words.passed : words.failed);
  for (const { id, isRight } of result.marks) {
    const feedback = texts[`${id}.${isRight ? "right" : "wrong"}`] ?? "";
    say_(`${texts[`${id}.label`]}: ${isRight ? words.right_answer : words.wrong_answer} ${feedback}`.trim());
  }
};
const send = async () => {
  const { way, problems } = judged();
  if (problems.length) {
    state.current = rootAt(problems[0].place).closest("[data-section]").dataset.section;
    refresh();
    showFaults(problems);
    return;
  }
  showFaults([]);
  const body = { form: FORM.version, language: state.language, answers: answersToSend(way) };
  if (!FORM.submit) { finish(way, body, false); return; }
  const status = document.getElementById("status");
  status.textContent = wordsNow().sending;
  try {
    const reply = await fetch(FORM.submit, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    status.textContent = "";
    if (reply.ok) { finish(way, body, true); return; }
    const told = await reply.json().catch(() => ({}));
    if (Array.isArray(told.problems) && told.problems.length) { showFaults(told.problems); return; }
    status.textContent = wordsNow().not_sent;
  } catch { status.textContent = wordsNow().not_sent; }
};

const start = () => {
  page.noValidate = true;
  document.body.classList.add("live");
  drawSignatures(page, changed);
  const before = kept();
  const asked = new URLSearchParams(location.search);
  const blank = Object.assign({}, FORM.answers, before?.answers);
  for (const section of FORM.sections) writeAnswers(section.items, sectionOf(section.id), blank, setEntries);
  for (const input of all(page, "input[type=hidden][name]")) input.value = asked.get(input.name) ?? input.value;
  if (before?.current && sectionOf(before.current)) state.current = before.current;
  setLanguage(before?.language ?? asked.get("lang") ?? FORM.languages.find((each) => navigator.language.startsWith(each)));
  page.addEventListener("input", changed);
  page.addEventListener("change", async (event) => {
    if (event.target.type === "file") chosenFiles.set(event.target, await Promise.all([...event.target.files].map(readFile)));
    changed();
  });
  page.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.add !== undefined) { const entry = addEntry(button.closest("[data-item]")); speak(entry); changed(); one(entry, "input, select, textarea")?.focus(); }
    if (button?.dataset.remove !== undefined) { button.closest(".entry").remove(); changed(); }
  });
  document.getElementById("next").addEventListener("click", () => go(1));
  document.getElementById("back").addEventListener("click", () => go(-1));
  document.getElementById("language")?.addEventListener("change", (event) => { setLanguage(event.target.value); keep(); });
  document.getElementById("restart").addEventListener("click", () => {
    if (window.confirm(wordsNow().start_over_sure)) { forget(); location.reload(); }
  });
};
start();
window.officeForm = { evaluate, walk, validate, score, form: FORM }; // held against the Python side by tests
