// @ts-check
/** The server's HTTP API as this page uses it. */

/** @typedef {{ id: number, type: string, data: any }} TurnEvent */

let token = "";

/** @param {string} value */
export function setToken(value) {
  token = value;
}

/** What the server says went wrong, in its own words. */
export class Problem extends Error {
  /** @param {string} words @param {number} status */
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>} raises Problem for every answer that is no success
 */
export async function call(path, options = {}) {
  const headers = new Headers(options.headers);
  headers.set("Authorization", `Bearer ${token}`);
  const answer = await fetch(path, { ...options, headers });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Problem(problem.detail || `${answer.status} ${answer.statusText}`, answer.status);
}

/** @param {string} path */
export const get = async (path) => (await call(path)).json();

/**
 * @param {string} path
 * @param {unknown} [body]
 */
export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await call(path, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
  return answer.json();
}

/**
 * @param {string} path
 * @param {unknown} body
 */
export const put = (path, body) =>
  call(path, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** @param {string} path */
export const remove = (path) => call(path, { method: "DELETE" });

/** @param {File} file */
export async function upload(file) {
  const form = new FormData();
  form.append("file", file);
  return (await call("/v1/documents", { method: "POST", body: form })).json();
}

/**
 * The events of a turn until it ends or asks. A connection that breaks is taken up again after the last event seen.
 * @param {string} turn
 * @param {number} after
 * @returns {AsyncGenerator<TurnEvent>}
 */
export async function* events(turn, after = 0) {
  for (let failures = 0; failures < 8; ) {
    try {
      const answer = await call(`/v1/turns/${turn}/events`, { headers: { "Last-Event-ID": String(after) } });
      failures = 0;
      for await (const event of parsed(answer)) {
        after = event.id;
        yield event;
      }
      return;
    } catch (error) {
      if (error instanceof Problem || ++failures >= 8) throw error;
      await new Promise((go) => setTimeout(go, 250 * 2 ** failures));
    }
  }
}

/**
 * @param {Response} answer
 * @returns {AsyncGenerator<TurnEvent>}
 */
async function* parsed(answer) {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value.replaceAll("\r", "")).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => split(line)));
      if (fields.id) yield { id: Number(fields.id), type: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

/** @param {string} line */
function split(line) {
  const at = line.indexOf(":");
  return [line.slice(0, at), line.slice(at + 1).trimStart()];
}
