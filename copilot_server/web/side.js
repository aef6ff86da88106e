// @ts-check
import { call, get, remove, put } from "./api.js";
import { changeTable, counted } from "./changes.js";
import { make } from "./make.js";

/** @typedef {{ id: string, name: string, version: number, skill: string }} Held */

/** Every page of a version, with what the version before it had not outlined. */
class PageList extends HTMLElement {
  #shown = "";

  /** @param {Held | null} held */
  async show(held) {
    const wanted = held ? `${held.id}/${held.version}` : "";
    if (!held || wanted === this.#shown) return;
    this.#shown = wanted;
    if (!this.firstChild) this.#say("Drawing the pages…");
    try {
      const versions = await get(`/v1/documents/${held.id}/versions`);
      const { parent } = versions.find((/** @type {any} */ each) => each.number === held.version);
      const since = parent == null ? "" : `&since=${parent}`;
      const told = await get(`/v1/documents/${held.id}/pages?version=${held.version}${since}`);
      if (wanted === this.#shown) this.#draw(held, told);
    } catch (error) {
      if (wanted === this.#shown) this.#say(`No preview: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** @param {string} words */
  #say(words) {
    this.replaceChildren(make("p", { class: "empty" }, words));
  }

  /** @param {Held} held @param {any} told */
  #draw(held, told) {
    const rows = told.pages.map((/** @type {any} */ page) => this.#page(held, page));
    this.replaceChildren(make("ol", {}, ...rows));
    const changed = told.pages.filter((/** @type {any} */ page) => page.changed.length);
    const draft = told.is_draft ? " · draft, drawn without LibreOffice" : "";
    this.dispatchEvent(new CustomEvent("note", { bubbles: true, detail:
      `Version ${held.version} · ${counted(told.pages.length, "page")}${draft}` }));
    const first = changed[0] && rows[changed[0].number - 1];
    if (first && changed[0].number > 1) first.scrollIntoView({ block: "start" });
  }

  /** @param {Held} held @param {any} page */
  #page(held, page) {
    const noun = held.skill === "presentations" ? "Slide" : "Page";
    const sheet = make("div", { class: "sheet" }, ...page.changed.map((/** @type {number[]} */ [left, top, width, height]) => {
      const box = make("i", { class: width === 1 && height === 1 ? "whole" : null });
      Object.assign(box.style, { left: `${left * 100}%`, top: `${top * 100}%`,
        width: `${width * 100}%`, height: `${height * 100}%` });
      return box;
    }));
    sheet.style.aspectRatio = String(page.ratio);
    const caption = make("div", { class: "caption" }, make("span", {}, `${noun} ${page.number}`),
      page.changed.length ? make("span", { class: "changed" }, "changed") : "");
    if (noun === "Slide") caption.append(make("button", { class: "small quiet", click: () =>
      this.dispatchEvent(new CustomEvent("point", { bubbles: true, detail: `slide ${page.number}` })) }, "Point at it"));
    const row = make("li", {}, sheet, caption);
    new IntersectionObserver((seen, observer) => {
      if (!seen.some((each) => each.isIntersecting)) return;
      observer.disconnect();
      this.#load(sheet, `/v1/documents/${held.id}/pages/${page.number}.png?version=${held.version}`,
        `${noun} ${page.number} of ${held.name}, version ${held.version}`);
    }, { rootMargin: "600px" }).observe(row);
    return row;
  }

  /** @param {HTMLElement} sheet @param {string} path @param {string} alt */
  async #load(sheet, path, alt) {
    const url = URL.createObjectURL(await (await call(path)).blob());
    sheet.prepend(make("img", { src: url, alt, load: () => URL.revokeObjectURL(url) }));
  }
}

/** The versions of a document, newest first: compared, downloaded, gone back to. */
class VersionList extends HTMLElement {
  /** @param {Held | null} held */
  async show(held) {
    if (!held) return;
    const versions = await get(`/v1/documents/${held.id}/versions`);
    this.replaceChildren(make("ol", {}, ...versions.reverse().map((/** @type {any} */ each) =>
      this.#row(held, each))));
  }

  /** @param {Held} held @param {any} version */
  #row(held, version) {
    const isCurrent = version.number === held.version;
    const what = { upload: "uploaded", turn: counted(version.receipt?.changes?.length ?? 0, "change"),
      restore: `version ${version.receipt?.restored} again` }[/** @type {string} */ (version.origin)];
    const name = `Version ${version.number}${version.is_branch ? " (branch)" : ""}: ${what}`;
    const when = new Date(version.created).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    const fire = (/** @type {string} */ type) => () =>
      this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: version.number }));
    const row = make("li", { "aria-current": isCurrent ? "true" : null },
      make("div", {}, make("strong", {}, name), make("div", { class: "soft" }, `${when} · ${(version.size / 1024).toFixed(0)} kB`)));
    const actions = make("div", { class: "choices" });
    if (isCurrent) actions.append(make("span", { class: "soft" }, "current"));
    else actions.append(make("button", { class: "small", "aria-label": `Go back to version ${version.number}`,
      click: fire("restore") }, version.is_branch ? "Take it" : "Restore"));
    if (version.parent != null) actions.append(make("button", { class: "small", "aria-label":
      `What version ${version.number} changed`, click: () => this.#compare(held, version, row) }, "What changed"));
    actions.append(make("button", { class: "small", "aria-label": `Download version ${version.number}`,
      click: fire("fetch-version") }, "Download"));
    row.append(actions);
    return row;
  }

  /** @param {Held} held @param {any} version @param {HTMLElement} row */
  async #compare(held, version, row) {
    row.querySelector("details")?.remove();
    const receipt = await get(`/v1/documents/${held.id}/diff?from=${version.parent}&to=${version.number}`);
    const table = /** @type {HTMLDetailsElement} */ (changeTable(receipt.changes));
    table.open = true;
    row.append(table);
  }
}

/** What the user said they like: looked at, added, forgotten. */
class LikeList extends HTMLElement {
  async show() {
    const likes = Object.entries(await get("/v1/preferences"));
    const name = /** @type {HTMLInputElement} */ (make("input", { placeholder: "tone", "aria-label": "Name" }));
    const value = /** @type {HTMLInputElement} */ (make("input", { placeholder: "short and friendly", "aria-label": "Value" }));
    const add = async () => {
      if (!name.value.trim() || !value.value.trim()) return;
      await put(`/v1/preferences/${encodeURIComponent(name.value.trim())}`, { value: value.value.trim() });
      await this.show();
    };
    this.replaceChildren(
      make("ul", {}, ...likes.map(([each, liked]) => make("li", {}, make("span", {}, make("strong", {}, each), `: ${liked}`),
        make("button", { type: "button", class: "small", "aria-label": `Forget ${each}`, click: async () => {
          await remove(`/v1/preferences/${encodeURIComponent(each)}`);
          await this.show();
        } }, "Forget")))),
      make("div", { class: "add-like" }, name, value, make("button", { type: "button", click: add }, "Add")));
  }
}

customElements.define("page-list", PageList);
customElements.define("version-list", VersionList);
customElements.define("like-list", LikeList);
export { LikeList, PageList, VersionList };
