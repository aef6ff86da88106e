// @ts-check
import { call, get } from "./api.js";
import { make } from "./make.js";

/** The versions of a document, newest first, each one to go back to or download. */
class VersionList extends HTMLElement {
  /** @param {{ id: string, version: number } | null} held */
  async show(held) {
    if (!held) return;
    const versions = await get(`/v1/documents/${held.id}/versions`);
    this.replaceChildren(make("ol", {}, ...versions.reverse().map((/** @type {any} */ each) =>
      this.#row(each, each.number === held.version))));
  }

  /** @param {any} version @param {boolean} isCurrent */
  #row(version, isCurrent) {
    const count = version.receipt?.changes?.length;
    const what = { upload: "uploaded", turn: `${count} change${count === 1 ? "" : "s"}`,
      restore: `version ${version.receipt?.restored} again` }[/** @type {string} */ (version.origin)];
    const label = `Version ${version.number}${version.is_branch ? " (branch)" : ""}: ${what}`;
    const back = make("button", { class: "small", "aria-label": `Go back to version ${version.number}`,
      click: () => this.dispatchEvent(new CustomEvent("restore", { bubbles: true, detail: version.number })) }, "Restore");
    return make("li", { "aria-current": isCurrent ? "true" : null }, make("span", {}, label), isCurrent ? "current" : back);
  }
}

/** The first page of a version, where the server can render; says so where it cannot. */
class DocumentPreview extends HTMLElement {
  #shown = "";

  /** @param {{ id: string, version: number, name: string } | null} held */
  async show(held) {
    const wanted = held ? `${held.id}/${held.version}` : "";
    if (!held || wanted === this.#shown) return;
    this.#shown = wanted;
    try {
      const answer = await call(`/v1/documents/${held.id}/pages/1.png?version=${held.version}`);
      const url = URL.createObjectURL(await answer.blob());
      if (wanted === this.#shown) this.replaceChildren(
        make("img", { src: url, alt: `First page of ${held.name}, version ${held.version}` }));
    } catch (error) {
      this.replaceChildren(make("p", {}, `No preview: ${error instanceof Error ? error.message : error}`));
    }
  }
}

customElements.define("version-list", VersionList);
customElements.define("document-preview", DocumentPreview);
export { DocumentPreview, VersionList };
