// A respondent's way through the form: the same rules as skills/forms/model/walk.py.
const UNASKED = new Set(["text", "image"]);
const holds = (tree, scope) => !tree || isTrue(evaluate(tree, scope));
const answeredBy = (item, answers, scope) => {
  if (item.type === "calculated") {
    const made = evaluate(item.tree, scope), value = made === "" ? null : made;
    const found = toNumber(value);
    return { [item.id]: found !== null && item.decimals != null ? rounded(found, item.decimals) : value };
  }
  if (item.type === "hidden") return { [item.id]: answers[item.id] ?? (item.default || null) };
  if (!(item.id in answers)) return {};
  const other = `${item.id}_other`;
  return { [item.id]: answers[item.id], ...(item.other && other in answers ? { [other]: answers[other] } : {}) };
};
const walk = (form, answers, today) => {
  const way = { sections: [], shown: [], values: {}, loop: "", lost: "" };
  const scope = (own = {}) => ({ outer: way.values, own, today });
  const enterRepeat = (group, section) => {
    const sent = Array.isArray(answers[group.id]) ? answers[group.id].filter(isObject) : [];
    const entries = [...sent, ...Array(Math.max(0, group.min_count - sent.length)).fill({})].slice(0, group.max_count);
    const kept = [];
    way.values[group.id] = kept;
    way.shown.push({ item: group, section, answers: way.values, place: group.id, group: "", entry: 0 });
    entries.forEach((entry, index) => {
      const own = {};
      kept.push(own);
      for (const item of group.items) {
        const inner = scope({ ...Object.fromEntries(group.items.map((each) => [each.id, null])), ...own });
        if (!holds(item.show, inner)) continue;
        Object.assign(own, answeredBy(item, entry, inner));
        way.shown.push({ item, section, answers: own, place: `${group.id}[${index}].${item.id}`, group: group.id, entry: index });
      }
    });
  };
  const enter = (section) => {
    way.sections.push(section.id);
    for (const item of section.items) {
      if (!holds(item.show, scope())) continue;
      if (item.type === "repeat") { enterRepeat(item, section.id); continue; }
      Object.assign(way.values, answeredBy(item, answers, scope()));
      way.shown.push({ item, section: section.id, answers: way.values, place: item.id, group: "", entry: 0 });
    }
  };
  const order = form.sections.map((section) => section.id);
  let current = order.length ? order[0] : "end";
  while (current !== "end") {
    if (way.sections.includes(current)) { way.loop = current; return way; }
    const section = form.sections.find((each) => each.id === current);
    if (!section) { way.lost = current; return way; }
    let target = null;
    if (holds(section.show, scope())) {
      enter(section);
      target = (section.jumps.find((jump) => holds(jump.when, scope())) || {}).to;
    }
    current = target || order[order.indexOf(current) + 1] || "end";
  }
  return way;
};
