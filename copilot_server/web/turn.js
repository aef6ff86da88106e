// @ts-check
import { events, get } from "./api.js";
import { changeTable } from "./changes.js";
import { make } from "./make.js";

/** @type {Record<string, string>} */
const DOING = { read: "Reading", find: "Searching", edit: "Editing", check: "Checking", ask: "Asking" };

/** One turn as it runs: its text, what it does, its question or plan, what it changed, and the way back. */
class TurnCard extends HTMLElement {
  #steps = make("ul", { class: "steps", "aria-label": "Steps" });
  #text = make("div", { class: "text" });
  #doing = make("div", { class: "doing" });
  #said = make("div");
  /** @type {HTMLElement | null} an answer the server may still refuse */
  #unsent = null;
  #below = make("div");
  #seen = 0;

  connectedCallback() {
    if (!this.firstChild) this.append(this.#said, this.#steps, this.#text, this.#doing, this.#below);
  }

  /**
   * Follow a turn to its end, or to its question.
   * @param {{ id: string, base_version: number }} turn
   */
  async follow(turn) {
    this.dataset.state = "running";
    this.#unsent = null;
    this.#doing.textContent = "Thinking";
    for await (const event of events(turn.id, this.#seen)) {
      this.#seen = event.id;
      this.#tell(event);
    }
    const ended = await get(`/v1/turns/${turn.id}`);
    this.end(ended);
    this.dispatchEvent(new CustomEvent("turn-ended", { bubbles: true, detail: ended }));
  }

  /** @param {import("./api.js").TurnEvent} event */
  #tell(event) {
    const { type, data } = event;
    if (type === "message.delta") this.#text.append(data.text);
    if (type === "tool.started") {
      this.#text.replaceChildren();
      this.#doing.textContent = DOING[data.name] ?? `Using ${data.name}`;
      this.#steps.append(make("li", { "data-id": data.id }, data.name.replaceAll("_", " ")));
    }
    if (type === "tool.completed") {
      this.#doing.textContent = "Thinking";
      if (data.is_error) this.#steps.lastElementChild?.setAttribute("data-failed", "");
    }
    if (type === "warning") {
      this.#text.replaceChildren();
      this.#doing.textContent = data.text;
    }
  }

  /** @param {any} turn */
  end(turn) {
    this.dataset.state = turn.state;
    this.#doing.remove();
    this.#unsent?.remove();
    const outcome = turn.outcome ?? {};
    const isAsking = turn.state === "needs_answer";
    this.#text.textContent = isAsking ? "" : outcome.message ?? "";
    this.#text.classList.toggle("warning", turn.state === "failed");
    this.#below.replaceChildren();
    if (isAsking) this.#ask(turn, outcome);
    if (outcome.receipt?.changes.length && outcome.version != null) this.#below.append(changeTable(outcome.receipt.changes));
    this.#below.append(this.#foot(turn, outcome));
  }

  /** @param {any} turn @param {any} outcome */
  #ask(turn, outcome) {
    const question = outcome.question;
    const isPlan = turn.mode === "plan" && outcome.message !== question.text;
    /** @type {Record<string, string>} */
    const labels = isPlan ? { yes: "Approve the plan", no: "Not like this" } : {};
    const answer = (/** @type {string} */ text) => {
      this.#unsent = make("p", { class: "soft plan" }, `${isPlan ? outcome.message : question.text} `,
        make("strong", {}, labels[text] ?? text));
      this.#said.append(this.#unsent);
      this.#below.replaceChildren();
      this.#text.replaceChildren();
      this.append(this.#doing);
      this.dispatchEvent(new CustomEvent("answer", { bubbles: true, detail: { turn, answer: text } }));
    };
    const input = make("input", { "aria-label": "Your answer", placeholder: "Or say it your way", required: true });
    const choices = question.choices.map((/** @type {string} */ choice, /** @type {number} */ place) =>
      make("button", { class: place ? "" : "strong", click: () => answer(choice) }, labels[choice] ?? choice));
    const card = make("div", { class: "question", role: "group", "aria-label": isPlan ? "Plan" : "Question" },
      make("h3", {}, isPlan ? "Plan" : "Question"),
      make("p", { class: "plan" }, isPlan ? outcome.message : question.text),
      make("div", { class: "choices" }, ...choices),
      make("form", { submit: (/** @type {Event} */ event) => {
        event.preventDefault();
        answer(/** @type {HTMLInputElement} */ (input).value);
      } }, input, make("button", { type: "submit" }, "Answer")),
    );
    this.#below.append(card);
    /** @type {HTMLElement} */ (card.querySelector("button, input")).focus();
  }

  /** @param {any} turn @param {any} outcome */
  #foot(turn, outcome) {
    const usage = outcome.usage ?? {};
    const facts = [outcome.seconds >= 0.1 ? `${outcome.seconds.toFixed(1)} s` : "",
      usage.input_tokens ? `${(usage.input_tokens + usage.output_tokens).toLocaleString()} tokens` : "",
      usage.money ? `$${usage.money.toFixed(4)}` : ""].filter(Boolean).join(" · ");
    const foot = make("div", { class: "foot" }, facts);
    const offer = (/** @type {string} */ event, /** @type {any} */ detail, /** @type {string} */ label) =>
      foot.append(make("button", { class: "small", click: () => this.dispatchEvent(
        new CustomEvent(event, { bubbles: true, detail })) }, label));
    if (outcome.conflict) offer("restore", outcome.conflict.branch, `Take version ${outcome.conflict.branch}`);
    else if (outcome.version != null) offer("undo", turn, "Undo");
    return foot;
  }
}

customElements.define("turn-card", TurnCard);
export { TurnCard };
