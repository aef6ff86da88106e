// @ts-check
import { events, get, post } from "./api.js";
import { make } from "./make.js";

const SHOWN = 50;

/** One turn as it runs: its text, what it does, its question, what it changed, and the way back. */
class TurnCard extends HTMLElement {
  #text = make("div", { class: "text" });
  #doing = make("div", { class: "doing" });
  #below = make("div");
  #seen = 0;

  connectedCallback() {
    this.append(this.#text, this.#doing, this.#below);
  }

  /**
   * Follow a turn to its end.
   * @param {{ id: string, base_version: number }} turn
   */
  async follow(turn) {
    this.dataset.state = "running";
    this.#doing.textContent = "Working";
    for await (const event of events(turn.id, this.#seen)) {
      this.#seen = event.id;
      this.#tell(event);
    }
    this.#end(await get(`/v1/turns/${turn.id}`));
  }

  /** @param {import("./api.js").TurnEvent} event */
  #tell(event) {
    if (event.type === "message.delta") this.#text.append(event.data.text);
    if (event.type === "tool.started") this.#doing.textContent = `Using ${event.data.name}`;
    if (event.type === "warning") {
      this.#text.replaceChildren();
      this.#doing.textContent = event.data.text;
    }
  }

  /** @param {any} turn */
  #end(turn) {
    this.dataset.state = turn.state;
    this.#doing.remove();
    const outcome = turn.outcome ?? {};
    this.#text.textContent = outcome.message ?? "";
    this.#text.classList.toggle("warning", turn.state === "failed");
    this.#below.replaceChildren();
    if (turn.state === "needs_answer") this.#ask(turn, outcome.question);
    if (outcome.receipt?.changes.length && outcome.version != null) this.#changes(outcome.receipt.changes);
    this.#below.append(this.#foot(turn, outcome));
    this.dispatchEvent(new CustomEvent("turn-ended", { bubbles: true, detail: turn }));
  }

  /** @param {any} turn @param {any} question */
  #ask(turn, question) {
    const answer = async (/** @type {string} */ text) => {
      this.append(this.#doing);
      card.remove();
      await post(`/v1/turns/${turn.id}/answers`, { text });
      this.#text.replaceChildren();
      await this.follow(turn);
    };
    const input = make("input", { "aria-label": "Your answer", placeholder: "Your answer", required: true });
    const card = make("div", { class: "question", role: "group", "aria-label": "Question" },
      make("p", {}, question.text),
      make("div", { class: "choices" }, ...question.choices.map((/** @type {string} */ choice) =>
        make("button", { click: () => answer(choice) }, choice))),
      make("form", { submit: (/** @type {Event} */ event) => {
        event.preventDefault();
        answer(/** @type {HTMLInputElement} */ (input).value);
      } }, input, make("button", { type: "submit" }, "Answer")),
    );
    this.#below.append(card);
    /** @type {HTMLElement} */ (card.querySelector("button, input")).focus();
  }

  /** @param {any[]} changes */
  #changes(changes) {
    const rows = changes.slice(0, SHOWN).map((change) => make("tr", {},
      make("th", { scope: "row" }, change.where),
      make("td", {}, change.before == null ? "" : make("del", {}, shown(change.before))),
      make("td", {}, change.after == null ? change.text : make("ins", {}, shown(change.after)))));
    const head = make("tr", {}, ...["Where", "Before", "After"].map((text) => make("th", { scope: "col" }, text)));
    const more = changes.length > SHOWN ? ` (the first ${SHOWN} are listed)` : "";
    const count = changes.length === 1 ? "1 change" : `${changes.length} changes`;
    this.#below.append(make("details", { open: changes.length <= 8 },
      make("summary", {}, count + more),
      make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": count },
        make("table", { class: "changes" }, make("thead", {}, head), make("tbody", {}, ...rows)))));
  }

  /** @param {any} turn @param {any} outcome */
  #foot(turn, outcome) {
    const usage = outcome.usage ?? {};
    const facts = [outcome.seconds != null ? `${outcome.seconds.toFixed(1)} s` : "",
      usage.input_tokens ? `${usage.input_tokens + usage.output_tokens} tokens` : "",
      usage.money ? `$${usage.money.toFixed(4)}` : ""].filter(Boolean).join(" · ");
    const foot = make("div", { class: "state" }, facts);
    const restore = (/** @type {number} */ number, /** @type {string} */ label) =>
      foot.append(make("button", { class: "small", click: () => this.dispatchEvent(
        new CustomEvent("restore", { bubbles: true, detail: number })) }, label));
    if (outcome.conflict) restore(outcome.conflict.branch, `Take version ${outcome.conflict.branch}`);
    else if (outcome.version != null) restore(turn.base_version, "Undo");
    return foot;
  }
}

/**
 * A value for people: the fields of an object as "bold: true, size: 12".
 * @param {unknown} value
 * @returns {string}
 */
function shown(value) {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return Object.entries(value).map(([name, held]) => `${name.replaceAll("_", " ")}: ${shown(held)}`).join(", ");
}

customElements.define("turn-card", TurnCard);
export { TurnCard };
