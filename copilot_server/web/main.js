// @ts-check
import { call, get, post, setToken, upload } from "./api.js";
import { make } from "./make.js";
import { DocumentPreview, VersionList } from "./side.js";
import { TurnCard } from "./turn.js";

/** @template {HTMLElement} T @param {string} selector @returns {T} */
const find = (selector) => /** @type {T} */ (document.querySelector(selector));
const messages = find("#messages");
const form = /** @type {HTMLFormElement} */ (find("#say"));
const text = /** @type {HTMLTextAreaElement} */ (find("#text"));
const send = /** @type {HTMLButtonElement} */ (find("#send"));
const stop = /** @type {HTMLButtonElement} */ (find("#stop"));
const download = /** @type {HTMLButtonElement} */ (find("#download"));
const versions = /** @type {VersionList} */ (find("version-list"));
const preview = /** @type {DocumentPreview} */ (find("document-preview"));

/** @type {{ id: string, name: string, version: number } | null} */
let held = null;
let session = "";
let running = "";

const given = new URLSearchParams(location.hash.slice(1));
const token = given.get("token") ?? sessionStorage.getItem("token") ?? "";
sessionStorage.setItem("token", token);
history.replaceState(null, "", location.pathname);
setToken(token);

/** @param {string} words */
function announce(words) {
  find("#status").textContent = words;
}

/** @param {unknown} error */
function complain(error) {
  const words = error instanceof Error ? error.message : String(error);
  add(make("p", { class: "warning", role: "alert" }, words));
}

/** @template {HTMLElement} T @param {T} element */
function add(element) {
  find("#hint")?.remove();
  messages.append(element);
  element.scrollIntoView({ block: "end" });
  return element;
}

/** @param {File} file */
async function open(file) {
  try {
    await hold(await upload(file));
    session = (await post("/v1/sessions", { documents: [{ id: held?.id }] })).id;
    messages.replaceChildren();
    add(make("p", { class: "state" }, `${file.name} is open. Say what should change.`));
    text.focus();
  } catch (error) {
    complain(error);
  }
}

/** @param {any} document_ */
async function hold(document_) {
  held = document_;
  find("#document-name").textContent = document_.name;
  download.disabled = false;
  await Promise.all([versions.show(held), preview.show(held)]);
}

async function say() {
  const card = /** @type {TurnCard} */ (document.createElement("turn-card"));
  add(make("div", { class: "mine" }, text.value));
  const selection = /** @type {HTMLInputElement} */ (find("#selection")).value.trim() || null;
  const mode = /** @type {HTMLSelectElement} */ (find("#mode")).value;
  send.disabled = true;
  try {
    session ||= (await post("/v1/sessions", {})).id;
    const turn = await post(`/v1/sessions/${session}/turns`, { text: text.value, selection, mode });
    text.value = "";
    running = turn.id;
    stop.hidden = false;
    await add(card).follow(turn);
  } catch (error) {
    card.remove();
    complain(error);
  } finally {
    send.disabled = false;
    stop.hidden = true;
    running = "";
    if (card.dataset.state !== "needs_answer") text.focus();
  }
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

document.addEventListener("turn-ended", async (event) => {
  const turn = /** @type {CustomEvent} */ (event).detail;
  messages.scrollTop = messages.scrollHeight;
  announce(`The turn is ${turn.state.replace("_", " ")}.`);
  await hold(await get(`/v1/documents/${turn.document}`));
});
document.addEventListener("restore", async (event) => {
  const number = /** @type {CustomEvent} */ (event).detail;
  try {
    const made = await post(`/v1/documents/${held?.id}/versions/${number}/restore`);
    await hold(await get(`/v1/documents/${held?.id}`));
    add(make("p", { class: "state" }, `Version ${made.number} holds what version ${number} held.`));
  } catch (error) {
    complain(error);
  }
});
download.addEventListener("click", async () => {
  const blob = await (await call(`/v1/documents/${held?.id}/content`)).blob();
  const link = /** @type {HTMLAnchorElement} */ (make("a", { href: URL.createObjectURL(blob), download: held?.name }));
  link.click();
});

find("#file").addEventListener("change", (event) => {
  const [file] = /** @type {HTMLInputElement} */ (event.target).files ?? [];
  if (file) open(file);
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const [file] = event.dataTransfer?.files ?? [];
  if (file) open(file);
});

if (given.get("open") === "sample") {
  call("/v1/sample")
    .then(async (answer) => {
      const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "sample.xlsx";
      await open(new File([await answer.blob()], name));
    })
    .catch(complain);
}
