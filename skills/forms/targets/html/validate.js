// Whether answers are complete and right: the same rules as skills/forms/model/validation.py.
const SHAPES = {
  email: /^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$/,
  phone: /^\(?\+?[0-9 ()./-]{4,30}( ?([xX]|[Ee]xt\.?|#) ?[0-9]{1,7})?$/,
  url: /^https?:\/\/[^\s/$.?#][^\s]*$/i,
};
const MOMENTS = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}(:\d{2})?$/,
  date_time: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/,
};
const isTime = (text) => { const [h, m, s] = text.split(":").map(Number); return h < 24 && m < 60 && (s ?? 0) < 60; };
const isMoment = (text, kind) => MOMENTS[kind].test(text)
  && (kind === "time" ? isTime(text) : asDay(text) !== null && (kind === "date" || isTime(text.slice(11))));
const resolve = (bound, today) => {
  const match = /^today(?:([+-])(\d{1,5})([dmy]))?$/.exec(bound || "");
  if (!match) return bound || null;
  const steps = Number(match[2] || 0) * (match[1] === "-" ? -1 : 1);
  const day = asDay(today);
  if (!match[3] || match[3] === "d") { day.setUTCDate(day.getUTCDate() + steps); return isoDay(day); }
  const months = day.getUTCFullYear() * 12 + day.getUTCMonth() + steps * (match[3] === "y" ? 12 : 1);
  const last = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
  return isoDay(new Date(Date.UTC(Math.floor(months / 12), months % 12, Math.min(day.getUTCDate(), last))));
};
const fault = (code, facts = {}) => ({ code, facts });
const OF_DAYS = { between: "from_to", at_least: "not_before", at_most: "not_after" };
const outside = (found, low, high) => {
  const [below, above] = [low != null && found < low, high != null && found > high];
  if (!below && !above) return null;
  if (low != null && high != null) return fault("between", { min: low, max: high });
  return below ? fault("at_least", { min: low }) : fault("at_most", { max: high });
};
const fitsPattern = (pattern, text) => {
  try { return new RegExp(`^(?:${pattern})$`, "u").test(text); } catch { /* escapes Python knows and "u" does not */ }
  try { return new RegExp(`^(?:${pattern})$`).test(text); } catch { return true; }
};
const textFault = (item, value) => {
  if (typeof value !== "string" || [...value].length > 20000) return fault("not_text");
  const length = [...value].length;
  if (item.min_length != null && length < item.min_length) return fault("too_short", { min: item.min_length });
  if (item.max_length != null && length > item.max_length) return fault("too_long", { max: item.max_length });
  if (SHAPES[item.type] && !SHAPES[item.type].test(value)) return fault(`not_${item.type}`);
  return item.pattern && !fitsPattern(item.pattern, value) ? fault("not_matching") : null;
};
const numberFault = (item, value) => {
  if (typeof value !== "number" || !Number.isFinite(value)) return fault("not_number");
  const scaled = value * 10 ** (item.decimals ?? 0);
  if (item.decimals != null && Math.abs(scaled - Math.round(scaled)) > 1e-6) {
    return item.decimals ? fault("too_many_decimals", { max: item.decimals }) : fault("not_whole");
  }
  return outside(value, item.min, item.max);
};
const momentFault = (item, value, today) => {
  if (typeof value !== "string" || !isMoment(value, item.type)) return fault(`not_${item.type}`);
  let latest = resolve(item.latest, today);
  if (item.type === "date_time" && latest && !latest.includes("T")) latest = `${latest}T23:59:59`;
  const found = outside(value, resolve(item.earliest, today), latest);
  const readable = Object.entries(found?.facts ?? {}).map(([name, bound]) => [
    name, bound.replace(/T23:59:59$/, "").replace("T", " "),
  ]);
  return found && fault(OF_DAYS[found.code], Object.fromEntries(readable));
};
const choiceFault = (item, value, other) => {
  const isMany = item.type === "multiple_choice" || item.type === "ranking";
  if (isMany !== Array.isArray(value)) return fault("not_an_option");
  const chosen = listed(value);
  const allowed = new Set([...item.options.map((option) => option.value), ...(item.other ? ["other"] : [])]);
  if (chosen.some((each) => !allowed.has(each)) || new Set(chosen).size < chosen.length) return fault("not_an_option");
  if (item.other && chosen.includes("other") && !(typeof other === "string" && other.trim())) return fault("other_missing");
  if (chosen.length > 1 && item.options.some((option) => option.exclusive && chosen.includes(option.value))) {
    return fault("exclusive");
  }
  if (!isMany) return null;
  if (item.type === "ranking" && item.min_count == null && chosen.length < item.options.length) return fault("rank_all");
  if (item.min_count != null && chosen.length < item.min_count) return fault("too_few", { min: item.min_count });
  return item.max_count != null && chosen.length > item.max_count ? fault("too_many", { max: item.max_count }) : null;
};
const matrixFault = (item, value) => {
  if (!isObject(value)) return fault("not_an_option");
  const [rows, columns] = [item.rows, item.columns].map((list) => new Set(list.map((each) => each.value)));
  for (const [row, cell] of Object.entries(value)) {
    if (!rows.has(row) || Array.isArray(cell) !== item.multiple || listed(cell).some((each) => !columns.has(each))) {
      return fault("not_an_option");
    }
  }
  return item.required && item.rows.some((row) => !isAnswered(value[row.value])) ? fault("every_row") : null;
};
const fileFault = (item, value) => {
  const files = listed(value).map((file) => (typeof file === "string" ? { name: file } : file));
  if (!files.every((file) => isObject(file) && typeof file.name === "string")) return fault("not_file");
  if (files.length > item.max_files) return fault("too_many", { max: item.max_files });
  const fits = (file) => item.accept.some((suffix) => file.name.toLowerCase().endsWith(suffix.toLowerCase()));
  if (item.accept.length && !files.every(fits)) return fault("file_kind", { kinds: item.accept.join(", ") });
  const limit = (item.max_megabytes ?? Infinity) * 1e6;
  return files.some((file) => (file.size || 0) > limit) ? fault("file_size", { max: item.max_megabytes }) : null;
};
const blockFault = (item, value) => {
  if (!isObject(value)) return fault("not_text");
  const isText = ([field, text]) => BLOCKS[item.type].includes(field) && typeof text === "string";
  if (!Object.entries(value).every(isText)) return fault("not_text");
  const needed = BLOCKS[item.type].filter((field) => field !== "region");
  return item.required && needed.some((field) => !(value[field] || "").trim()) ? fault("required") : null;
};
const valueFault = (item, value, other, today) => {
  switch (item.type) {
    case "short_text": case "long_text": case "email": case "phone": case "url": return textFault(item, value);
    case "number": case "currency": return numberFault(item, value);
    case "date": case "time": case "date_time": return momentFault(item, value, today);
    case "single_choice": case "multiple_choice": case "dropdown": case "ranking": return choiceFault(item, value, other);
    case "scale": case "rating":
      return Number.isInteger(value) && value >= item.min && value <= item.max ? null
        : fault("between", { min: item.min, max: item.max });
    case "matrix": return matrixFault(item, value);
    case "file": return fileFault(item, value);
    case "name": case "address": return blockFault(item, value);
    case "signature": return typeof value === "string" ? null : fault("not_text");
    case "yes_no": case "consent": return typeof value === "boolean" ? null : fault("not_an_option");
    default: return null;
  }
};
const say = (words, code, facts = {}) => words[code].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
const problemOf = (shown, way, today, texts, words) => {
  const { item, place } = shown;
  const value = shown.answers[item.id];
  const problem = (code, message) => ({ place, code, message });
  if (item.type === "repeat") {
    const few = (value || []).length < item.min_count;
    return few ? [problem("too_few", say(words, "too_few", { min: item.min_count }))] : [];
  }
  if (UNASKED.has(item.type) || item.type === "hidden" || item.type === "calculated") return [];
  if (!isAnswered(value) || (item.type === "consent" && value === false)) {
    return item.required ? [problem("required", words.required)] : [];
  }
  const found = valueFault(item, value, shown.answers[`${item.id}_other`], today);
  if (found) return [problem(found.code, texts[`${item.id}.message`] || say(words, found.code, found.facts))];
  const scope = { outer: way.values, own: shown.group ? shown.answers : {}, today };
  return item.rules.filter((rule) => !isTrue(evaluate(rule.tree, scope)))
    .map((rule) => problem("rule", texts[`${item.id}.rule.${item.rules.indexOf(rule)}`] || words.rule));
};
const validate = (form, answers, today, texts, words) => {
  const way = walk(form, answers, today);
  return { way, problems: way.shown.flatMap((shown) => problemOf(shown, way, today, texts, words)) };
};
const score = (form, way) => {
  const marks = way.shown.filter((shown) => shown.item.quiz).map((shown) => {
    const { answer, points } = shown.item.quiz;
    const value = shown.answers[shown.item.id];
    const isRight = Array.isArray(answer) && Array.isArray(value) && shown.item.type !== "ranking"
      ? answer.length === value.length && answer.every((each) => value.includes(each))
      : JSON.stringify(answer) === JSON.stringify(value)
        || (!Array.isArray(value) && typeof answer !== "boolean" && isAnswered(value)
          && equal(String(value).trim().toLowerCase(), String(answer).trim().toLowerCase()));
    return { place: shown.place, id: shown.item.id, isRight, points: isRight ? points : 0, of: points };
  });
  const sum = (field) => total(marks.map((mark) => mark[field]));
  return { marks, score: sum("points"), total: sum("of") };
};
