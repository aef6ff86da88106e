// @ts-check
import { make } from "./make.js";

const SHOWN = 50;

/**
 * A receipt's changes, each with what stood there before and after; a place can be pointed at.
 * @param {any[]} changes
 */
export function changeTable(changes) {
  const rows = changes.slice(0, SHOWN).map((change) => make("tr", {},
    make("th", { scope: "row" }, make("button", { type: "button", class: "quiet", title: "Point at this",
      click: (/** @type {Event} */ event) => event.target?.dispatchEvent(
        new CustomEvent("point", { bubbles: true, detail: change.where })) }, place(change))),
    make("td", {}, change.before == null ? "" : make("del", {}, shown(change.before))),
    make("td", {}, change.after == null ? change.text : make("ins", {}, after(change)))));
  const head = make("tr", {}, ...["Where", "Before", "After"].map((text) => make("th", { scope: "col" }, text)));
  const count = counted(changes.length, "change");
  const more = changes.length > SHOWN ? ` (the first ${SHOWN} are listed)` : "";
  return make("details", { open: changes.length > 0 && changes.length <= 6 },
    make("summary", {}, count + more),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": count },
      make("table", { class: "changes" }, make("thead", {}, head), make("tbody", {}, ...rows))));
}

/**
 * Where a change lies, in words: ids of slides, shapes and paragraphs say nothing to people.
 * @param {any} change
 */
function place(change) {
  const held = change.after ?? change.before;
  if (isSlide(held)) return `Slide ${held.number}`;
  const told = /^slide (\d+)(?: “[^”]*”)?(?:, (?:its )?([^(:“]+))?/.exec(change.text ?? "");
  if (change.where?.startsWith("#") && told) return [`Slide ${told[1]}`, told[2]?.trim()].filter(Boolean).join(", ");
  if (/^[0-9A-F]{8}$/.test(change.where)) return "Paragraph";
  return change.where || change.kind;
}

/** @param {any} change */
function after(change) {
  const [, ...words] = change.kind === "recalculated" ? (change.text ?? "").split(": ") : [];
  return words.length ? words.join(": ") : shown(change.after);
}

/** @param {any} value */
const isSlide = (value) => typeof value?.number === "number" && typeof value.texts === "object";

/** @param {number} count @param {string} noun */
export const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/**
 * A value for people: the fields of an object as "bold: true, size: 12".
 * @param {unknown} value
 * @returns {string}
 */
function shown(value) {
  if (typeof value !== "object" || value === null) return String(value);
  if (isSlide(value)) {
    const { title, texts } = /** @type {any} */ (value);
    return [title, ...Object.values(texts).filter((text) => text !== title)].filter(Boolean).join(" · ");
  }
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return Object.entries(value).map(([name, held]) => `${name.replaceAll("_", " ")}: ${shown(held)}`).join(", ");
}
