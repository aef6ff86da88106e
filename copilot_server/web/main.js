// @ts-check
import { Problem, call, get, post, setToken, upload } from "./api.js";
import { make } from "./make.js";
import { LikeList, PageList, VersionList } from "./side.js";
import { TurnCard } from "./turn.js";

/** @template {HTMLElement} T @param {string} selector @returns {T} */
const find = (selector) => /** @type {T} */ (document.querySelector(selector));
const messages = find("#messages");
const form = /** @type {HTMLFormElement} */ (find("#say"));
const text = /** @type {HTMLTextAreaElement} */ (find("#text"));
const selection = /** @type {HTMLInputElement} */ (find("#selection"));
const send = /** @type {HTMLButtonElement} */ (find("#send"));
const stop = /** @type {HTMLButtonElement} */ (find("#stop"));
const download = /** @type {HTMLButtonElement} */ (find("#download"));
const pages = /** @type {PageList} */ (find("page-list"));
const versions = /** @type {VersionList} */ (find("version-list"));
const STARTERS = [
  ["Presentation", "A deck of five slides about …"],
  ["Spreadsheet", "A sheet with our budget by month: …"],
  ["Document", "A letter to …"],
  ["Form", "A form to register for …"],
];

/** @typedef {import("./side.js").Held} Held */
/** @type {Map<string, Held>} */
const documents = new Map();
/** @type {Held | null} */
let held = null;
let session = "";
let running = "";
/** @type {Record<string, string>} plain files for the next message */
let texts = {};
/** What is being opened: a message said meanwhile waits for it. */
let opening = Promise.resolve();

const given = new URLSearchParams(location.hash.slice(1));
const token = given.get("token") ?? sessionStorage.getItem("token") ?? "";
sessionStorage.setItem("token", token);
history.replaceState(null, "", location.pathname);
setToken(token);

/** @param {unknown} error */
function complain(error) {
  const words = error instanceof Error ? error.message : String(error);
  add(make("p", { class: "warning", role: "alert" }, words));
}

/** @template {HTMLElement} T @param {T} element */
function add(element) {
  messages.querySelector(".welcome")?.remove();
  messages.append(element);
  messages.scrollTop = messages.scrollHeight;
  return element;
}

/** Text that streams in stays in view, unless the reader has gone back up. */
let isAtEnd = true;
messages.addEventListener("scroll", () => {
  isAtEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 60;
});
new MutationObserver(() => {
  if (isAtEnd) messages.scrollTop = messages.scrollHeight;
}).observe(messages, { childList: true, subtree: true, characterData: true });

/** @param {string} id */
function remember(id) {
  session = id;
  sessionStorage.setItem("session", id);
}

/** @param {File} file */
function open(file) {
  opening = opening.then(() => take(file)).catch(complain);
  return opening;
}

/** @param {File} file */
async function take(file) {
  if (/\.(md|txt|csv|tsv|json|html)$/i.test(file.name) && !/(^|\.)form\.json$/i.test(file.name)) {
    texts[file.name] = await file.text();
    add(make("p", { class: "soft" }, `${file.name} goes along with your next message.`));
    text.focus();
    return;
  }
  const waiting = add(make("p", { class: "soft" }, `Opening ${file.name} …`));
  try {
    const kept = await upload(file);
    if (session && held) await post(`/v1/sessions/${session}/documents`, { id: kept.id });
    else remember((await post("/v1/sessions", { documents: [{ id: kept.id }] })).id);
    waiting.textContent = `${file.name} is open. Say what should change.`;
    hold(kept).catch(complain);
    text.focus();
  } catch (error) {
    waiting.remove();
    complain(`${file.name}: ${error instanceof Error ? error.message : error}`);
  }
}

/** @param {Held} kept */
async function hold(kept) {
  held = kept;
  documents.set(kept.id, kept);
  document.body.dataset.stage = "open";
  document.title = `${kept.name} – Office copilot`;
  download.disabled = false;
  find("#documents").replaceChildren(...[...documents.values()].map((each) =>
    make("button", { "aria-pressed": String(each.id === kept.id), click: () => hold(each) }, each.name)));
  await Promise.all([versions.show(held), pages.show(held)]);
}

async function say() {
  const pointed = selection.value.trim() || null;
  const mode = /** @type {HTMLSelectElement} */ (find("#mode")).value;
  const mine = add(make("div", { class: "mine" }, text.value, pointed ? make("small", {}, `about ${pointed}`) : ""));
  const card = /** @type {TurnCard} */ (document.createElement("turn-card"));
  await carry(card, async () => {
    try {
      await opening;
      if (!session) remember((await post("/v1/sessions", {})).id);
      const about = documents.size > 1 && held ? { document: held.id } : {};
      const turn = await post(`/v1/sessions/${session}/turns`, { text: text.value, selection: pointed, mode, texts, ...about });
      text.value = selection.value = "";
      texts = {};
      add(card);
      return turn;
    } catch (error) {
      mine.remove(); // the words are still in the field
      throw error;
    }
  });
}

/**
 * A turn that is begun or goes on, followed to its end; it can be stopped meanwhile, and nothing else be said.
 * @param {TurnCard} card @param {() => Promise<any>} begin
 */
async function carry(card, begin) {
  send.disabled = true;
  try {
    const turn = await begin();
    running = turn.id;
    stop.hidden = false;
    await card.follow(turn);
  } catch (error) {
    complain(error);
  } finally {
    send.disabled = false;
    stop.hidden = true;
    running = "";
    if (card.dataset.state !== "needs_answer") text.focus();
  }
}

/** What an earlier visit of this tab left, turns under way included. */
async function resume() {
  const known = await get(`/v1/sessions/${sessionStorage.getItem("session")}`);
  if (!known.documents.length && !known.turns.length) return welcome();
  session = known.id;
  for (const each of known.documents) documents.set(each.id, each);
  for (const turn of known.turns) {
    add(make("div", { class: "mine" }, turn.text));
    const card = add(/** @type {TurnCard} */ (document.createElement("turn-card")));
    if (turn.state === "queued" || turn.state === "running") carry(card, async () => turn);
    else card.end(turn);
  }
  const lately = known.documents.find((/** @type {any} */ each) => each.id === known.turns.at(-1)?.document);
  if (known.documents.length) await hold(lately ?? known.documents.at(-1));
}

/** For who comes without the token of the launch: a server for others is opened with a key. */
function enter() {
  const shown = /** @type {HTMLTemplateElement} */ (find("#enter")).content.cloneNode(true);
  messages.replaceChildren(shown);
  form.hidden = true;
  const key = /** @type {HTMLInputElement} */ (find(".welcome input"));
  find(".welcome").addEventListener("submit", async (event) => {
    event.preventDefault();
    setToken(key.value.trim());
    try {
      await get("/v1/capabilities");
      sessionStorage.setItem("token", key.value.trim());
      form.hidden = false;
      await welcome();
    } catch (error) {
      find(".welcome .warning").textContent = isStranger(error)
        ? "This key is not known here, or its time is over." : String(error);
    }
  });
  key.focus();
}

/** @param {unknown} error */
const isStranger = (error) => error instanceof Problem && error.status === 401;

async function welcome() {
  const lately = await get("/v1/documents").catch((error) => (isStranger(error) ? null : []));
  if (lately === null) return enter();
  const shown = /** @type {HTMLTemplateElement} */ (find("#welcome")).content.cloneNode(true);
  messages.replaceChildren(shown);
  find(".starters").append(...STARTERS.map(([name, words]) => make("button", { type: "button", click: () => {
    text.value = words;
    text.focus();
    text.setSelectionRange(words.indexOf("…"), words.length);
  } }, make("strong", {}, name), make("span", { class: "soft" }, words))));
  const list = messages.querySelector(".recent");
  if (!lately.length || !list) return;
  list.removeAttribute("hidden");
  list.querySelector("ul")?.append(...lately.slice(0, 6).map((/** @type {any} */ each) => make("li", {},
    make("button", { type: "button", class: "small", click: async () => {
      remember((await post("/v1/sessions", { documents: [{ id: each.id }] })).id);
      add(make("p", { class: "soft" }, `${each.name} is open. Say what should change.`));
      await hold(each);
    } }, each.name))));
}

/** Whether the document is as this turn left it, be it by undoing later ones. @param {any} turn */
async function isNewest(turn) {
  const { version } = await get(`/v1/documents/${turn.document}`);
  const known = await get(`/v1/documents/${turn.document}/versions`);
  const hash = (/** @type {number} */ number) => known.find((/** @type {any} */ each) => each.number === number)?.content_hash;
  return hash(version) === hash(turn.outcome.version);
}

/** @param {string} id @param {number} number */
async function restore(id, number) {
  try {
    const made = await post(`/v1/documents/${id}/versions/${number}/restore`);
    await hold(await get(`/v1/documents/${id}`));
    add(make("p", { class: "soft" }, `Version ${made.number} holds what version ${number} held.`));
  } catch (error) {
    complain(error);
  }
}

/** @param {number | undefined} number */
async function fetchVersion(number) {
  const which = number === undefined ? "" : `?version=${number}`;
  const blob = await (await call(`/v1/documents/${held?.id}/content${which}`)).blob();
  make("a", { href: URL.createObjectURL(blob), download: held?.name }).click();
}

/** @param {string} selector @param {string} name @param {string} value */
function press(selector, name, value) {
  for (const button of document.querySelectorAll(selector))
    button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset[name] === value));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  say();
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (!send.disabled) form.requestSubmit();
  }
});
stop.addEventListener("click", () => running && post(`/v1/turns/${running}/cancel`).catch(complain));
for (const button of document.querySelectorAll("nav button"))
  button.addEventListener("click", () => {
    const { view } = /** @type {HTMLElement} */ (button).dataset;
    document.body.dataset.view = view;
    press("nav button", "view", view ?? "");
  });
for (const button of document.querySelectorAll(".switch button"))
  button.addEventListener("click", () => {
    const { shows } = /** @type {HTMLElement} */ (button).dataset;
    pages.hidden = shows !== "pages";
    versions.hidden = shows !== "versions";
    press(".switch button", "shows", shows ?? "");
  });
document.addEventListener("answer", (event) => {
  const { turn, answer } = /** @type {CustomEvent} */ (event).detail;
  const card = /** @type {TurnCard} */ (event.target);
  carry(card, async () => {
    try {
      return await post(`/v1/turns/${turn.id}/answers`, { text: answer });
    } catch (error) {
      card.end(turn); // its question is still open
      throw error;
    }
  });
});
find("#likes").addEventListener("click", () => {
  /** @type {LikeList} */ (find("like-list")).show().catch(complain);
  /** @type {HTMLDialogElement} */ (find("#likes-dialog")).showModal();
});

document.addEventListener("note", (event) => {
  find("#note").textContent = /** @type {CustomEvent} */ (event).detail;
});
document.addEventListener("point", (event) => {
  selection.value = /** @type {CustomEvent} */ (event).detail;
  text.focus();
});
document.addEventListener("turn-ended", async (event) => {
  const turn = /** @type {CustomEvent} */ (event).detail;
  messages.scrollTop = messages.scrollHeight;
  find("#status").textContent = `The turn is ${turn.state.replace("_", " ")}.`;
  await hold(await get(`/v1/documents/${turn.document}`)).catch(complain);
});
document.addEventListener("restore", (event) => restore(held?.id ?? "", /** @type {CustomEvent} */ (event).detail));
document.addEventListener("undo", async (event) => {
  const turn = /** @type {CustomEvent} */ (event).detail;
  try {
    if (await isNewest(turn)) return restore(turn.document, turn.base_version);
    complain("Newer versions came after this change, so undoing it would drop them too. Choose one under Versions.");
  } catch (error) {
    complain(error);
  }
});
document.addEventListener("fetch-version", (event) => fetchVersion(/** @type {CustomEvent} */ (event).detail));
download.addEventListener("click", () => fetchVersion(undefined));

find("#file").addEventListener("change", (event) => {
  const chosen = /** @type {HTMLInputElement} */ (event.target);
  for (const file of chosen.files ?? []) open(file);
  chosen.value = ""; // so that the same file can be chosen again
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  for (const file of event.dataTransfer?.files ?? []) open(file);
});

if (given.get("open") === "sample") {
  opening = call("/v1/sample")
    .then(async (answer) => {
      const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "sample.xlsx";
      await take(new File([await answer.blob()], name));
    })
    .catch(complain);
} else if (sessionStorage.getItem("session")) {
  resume().catch(welcome);
} else {
  welcome();
}
