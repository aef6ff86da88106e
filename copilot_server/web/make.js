// @ts-check
/**
 * An element with attributes and children; text stays text, so that nothing of a document becomes markup.
 * @param {string} name
 * @param {Record<string, any>} [attributes] functions are listeners, `true` sets, `false` and null leave out
 * @param {...(Node | string)} children
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}
