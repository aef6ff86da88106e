// Keeps answers in the browser while they are given, and saves them as the CSV `eval calibrate` reads.
const data = JSON.parse(document.getElementById("data").textContent);
const key = `labels ${data.rubric} ${data.digest} ${data.rows.map((row) => row.item).join(" ")}`;
const labeller = document.getElementById("labeller");
const columns = ["item", "left", "right", "criterion", "question", "label", "labeller", "rubric", "digest"];

const chosen = (field) => document.querySelector(`input[name="${field}"]:checked`);

function kept() {
  try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; }
}

function keep() {
  const answers = Object.fromEntries(data.rows.filter((row) => chosen(row.field)).map((row) => [row.field, chosen(row.field).value]));
  try { localStorage.setItem(key, JSON.stringify({ labeller: labeller.value, answers })); } catch { /* a file page may not store */ }
  document.getElementById("done").value = `${Object.keys(answers).length} of ${data.rows.length} answered`;
  for (const section of document.querySelectorAll("section")) {
    const open = [...section.querySelectorAll("fieldset")].some((each) => !each.querySelector("input:checked"));
    section.classList.toggle("whole", !open);
  }
}

function quoted(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function save() {
  if (!labeller.value.trim()) { labeller.focus(); labeller.setCustomValidity("Who answered?"); labeller.reportValidity(); return; }
  const rows = data.rows.map((row) => ({ ...row, label: chosen(row.field)?.value || "", labeller: labeller.value.trim() }));
  const lines = [columns.join(","), ...rows.map((row) => columns.map((name) => quoted(row[name])).join(","))];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\n") + "\n"], { type: "text/csv" }));
  link.download = `labels-${data.rubric}-${labeller.value.trim().replace(/\W+/g, "-")}.csv`;
  link.click();
}

const before = kept();
if (before.labeller && !labeller.value) labeller.value = before.labeller;
for (const [field, value] of Object.entries(before.answers || {})) {
  const box = document.querySelector(`input[name="${field}"][value="${value}"]`);
  if (box) box.checked = true;
}
document.addEventListener("change", keep);
labeller.addEventListener("input", () => labeller.setCustomValidity(""));
document.getElementById("save").addEventListener("click", save);
keep();
