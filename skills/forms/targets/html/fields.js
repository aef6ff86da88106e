// Answers in and out of the page's controls.
const all = (root, selector) => [...root.querySelectorAll(selector)];
const one = (root, selector) => root.querySelector(selector);
const chosenFiles = new Map(); // input element -> [{name, size, type, data}]
const ownItems = (root) => all(root, "[data-item]").filter((each) => each.parentElement.closest("[data-scope]") === root);
const itemRoot = (root, id) => ownItems(root).find((each) => each.dataset.item === id);
const entriesOf = (root) => all(root, ".entry").filter((each) => each.closest("[data-item]") === root);

const parsedNumber = (text) => {
  const plain = text.trim().replace(/\s/g, "");
  const normal = plain.includes(",") && !plain.includes(".") ? plain.replace(",", ".") : plain.replace(/,/g, "");
  return NUMBER.test(normal) ? Number(normal) : text.trim();
};
const readers = {
  text: (root) => one(root, "input, textarea, select").value.trim() || null,
  number: (root) => { const text = one(root, "input").value; return text.trim() ? parsedNumber(text) : null; },
  yes_no: (root) => { const input = one(root, "input:checked"); return input ? input.value === "true" : null; },
  single_choice: (root) => one(root, "input:checked")?.value ?? null,
  dropdown: (root) => one(root, "select").value || null,
  multiple_choice: (root) => { const list = all(root, "input:checked").map((each) => each.value); return list.length ? list : null; },
  ranking: (root) => {
    const ranked = all(root, "select").filter((each) => each.value)
      .sort((left, right) => Number(left.value) - Number(right.value));
    const list = ranked.map((each) => each.dataset.option);
    const isTied = new Set(ranked.map((each) => each.value)).size < ranked.length;
    return list.length ? (isTied ? [...list, list[0]] : list) : null;
  },
  scale: (root) => { const input = one(root, "input:checked"); return input ? Number(input.value) : null; },
  matrix: (root, item) => {
    const cells = all(root, "[data-row]").map((row) => {
      const picked = all(row, "input:checked").map((each) => each.value);
      return [row.dataset.row, item.multiple ? picked : picked[0]];
    });
    const answered = cells.filter(([, cell]) => isAnswered(cell));
    return answered.length ? Object.fromEntries(answered) : null;
  },
  file: (root) => chosenFiles.get(one(root, "input")) ?? null,
  signature: (root) => {
    const typed = one(root, "input").value.trim();
    return typed || (one(root, "canvas").dataset.signed ? one(root, "canvas").toDataURL("image/png") : null);
  },
  block: (root) => {
    const parts = all(root, "[data-part]").map((each) => [each.dataset.part, each.value.trim()]).filter(([, text]) => text);
    return parts.length ? Object.fromEntries(parts) : null;
  },
  consent: (root) => (one(root, "input").checked ? true : null),
};
const KINDS = {
  currency: "number", rating: "scale", name: "block", address: "block", number: "number", yes_no: "yes_no",
  single_choice: "single_choice", dropdown: "dropdown", multiple_choice: "multiple_choice", ranking: "ranking",
  scale: "scale", matrix: "matrix", file: "file", signature: "signature", consent: "consent", hidden: "text",
};
const readAnswers = (items, root) => {
  const answers = {};
  for (const item of items) {
    const holder = itemRoot(root, item.id);
    if (!holder || UNASKED.has(item.type) || item.type === "calculated") continue;
    if (item.type === "repeat") {
      answers[item.id] = entriesOf(holder).map((entry) => readAnswers(item.items, entry));
      continue;
    }
    const value = readers[KINDS[item.type] ?? "text"](holder, item);
    if (value !== null) answers[item.id] = value;
    const other = item.other ? one(holder, "[data-other]")?.value.trim() : "";
    if (other) answers[`${item.id}_other`] = other;
  }
  return answers;
};

const check = (root, isChosen) => all(root, "input[type=radio], input[type=checkbox]").forEach((each) => {
  each.checked = isChosen(each.value);
});
const writers = {
  text: (root, value) => { one(root, "input, textarea, select").value = value ?? ""; },
  number: (root, value) => { one(root, "input").value = value ?? ""; },
  yes_no: (root, value) => check(root, (each) => each === String(value)),
  single_choice: (root, value) => check(root, (each) => each === value),
  dropdown: (root, value) => { one(root, "select").value = value ?? ""; },
  multiple_choice: (root, value) => check(root, (each) => (value ?? []).includes(each)),
  ranking: (root, value) => all(root, "select").forEach((each) => {
    const place = (value ?? []).indexOf(each.dataset.option);
    each.value = place < 0 ? "" : String(place + 1);
  }),
  scale: (root, value) => check(root, (each) => each === String(value)),
  matrix: (root, value) => all(root, "[data-row]").forEach((row) => {
    check(row, (each) => listed((value ?? {})[row.dataset.row]).includes(each));
  }),
  file: () => {},
  signature: (root, value) => { one(root, "input").value = (value ?? "").startsWith("data:") ? "" : value ?? ""; },
  block: (root, value) => all(root, "[data-part]").forEach((each) => { each.value = (value ?? {})[each.dataset.part] ?? ""; }),
  consent: (root, value) => { one(root, "input").checked = value === true; },
};
const writeAnswers = (items, root, answers, setEntries) => {
  for (const item of items) {
    const holder = itemRoot(root, item.id);
    if (!holder || UNASKED.has(item.type) || item.type === "calculated") continue;
    if (item.type === "repeat") {
      const entries = Array.isArray(answers[item.id]) ? answers[item.id] : [];
      setEntries(holder, item, Math.max(item.min_count, entries.length));
      entriesOf(holder).forEach((entry, index) => writeAnswers(item.items, entry, entries[index] ?? {}, setEntries));
      continue;
    }
    if (item.id in answers) writers[KINDS[item.type] ?? "text"](holder, answers[item.id]);
    const other = one(holder, "[data-other]");
    if (other) other.value = answers[`${item.id}_other`] ?? "";
  }
};

const readFile = (file) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done({ name: file.name, size: file.size, type: file.type, data: String(reader.result).split(",")[1] ?? "" });
  reader.onerror = () => done({ name: file.name, size: file.size, type: file.type });
  reader.readAsDataURL(file);
});
const drawSignatures = (root, changed) => all(root, "canvas").forEach((canvas) => {
  const pen = canvas.getContext("2d");
  let isDown = false;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * (canvas.width / box.width), (event.clientY - box.top) * (canvas.height / box.height)];
  };
  pen.lineWidth = 2;
  canvas.addEventListener("pointerdown", (event) => { isDown = true; pen.beginPath(); pen.moveTo(...at(event)); });
  canvas.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    pen.lineTo(...at(event));
    pen.stroke();
    canvas.dataset.signed = "yes";
  });
  const lift = () => { if (isDown) { isDown = false; changed(); } };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointerleave", lift);
  one(canvas.closest("[data-item]"), "[data-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    delete canvas.dataset.signed;
    changed();
  });
});
