// What an expression is worth for given answers: the same rules as skills/forms/model/evaluate.py.
const NUMBER = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?$/;
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isTrue = (value) => {
  if (Array.isArray(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return value !== null && value !== undefined && value !== false && value !== 0 && value !== "";
};
const isAnswered = (value) => {
  if (Array.isArray(value)) return value.some(isAnswered);
  if (isObject(value)) return Object.values(value).some(isAnswered);
  return value !== null && value !== undefined && value !== "";
};
const toNumber = (value) => {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string" && NUMBER.test(value) && Number.isFinite(Number(value))) return Number(value);
  return null;
};
const rounded = (value, decimals) => {
  const places = Math.max(0, Math.min(9, decimals));
  const text = String(Math.abs(value));
  const whole = text.includes("e") ? Number(Math.abs(value).toFixed(places))
    : Number(`${Math.round(Number(`${text}e${places}`))}e-${places}`);
  return Math.sign(value) * whole;
};
const equal = (left, right) => {
  if (Array.isArray(left) && !Array.isArray(right)) return left.some((each) => equal(each, right));
  const isNothing = (value) => value === null || value === undefined || value === "";
  if (left == null || right == null || typeof left === "boolean" || typeof right === "boolean") {
    return left === right || (isNothing(left) && isNothing(right));
  }
  const numbers = [toNumber(left), toNumber(right)];
  if (numbers[0] !== null && numbers[1] !== null) return numbers[0] === numbers[1];
  return typeof left === "object" ? JSON.stringify(left) === JSON.stringify(right) : left === right;
};
const compared = (left, right, test) => {
  const numbers = [toNumber(left), toNumber(right)];
  if (numbers[0] !== null && numbers[1] !== null) return test(numbers[0], numbers[1]);
  return typeof left === "string" && typeof right === "string" && left !== "" && right !== "" && test(left, right);
};
const listed = (value) => (Array.isArray(value) ? value : [value]);
const numbersOf = (value) => listed(value).map(toNumber).filter((found) => found !== null);
const total = (values) => {
  let sum = 0, lost = 0; // Neumaier: what rounding loses is added at the end
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
};
const asDay = (value) => {
  if (typeof value !== "string" || !DAY.test(value)) return null;
  const [year, month, day] = value.slice(0, 10).split("-").map(Number);
  const made = new Date(Date.UTC(year, month - 1, day));
  made.setUTCFullYear(year, month - 1, day);
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day && year > 0 ? made : null;
};
const isoDay = (moment) => moment.toISOString().slice(0, 10);
const yearsBetween = (born, today) => today.getUTCFullYear() - born.getUTCFullYear()
  - (today.getUTCMonth() < born.getUTCMonth()
    || (today.getUTCMonth() === born.getUTCMonth() && today.getUTCDate() < born.getUTCDate()) ? 1 : 0);
const arithmetic = (sign, values) => {
  const numbers = values.map((value) => (value == null || value === "" ? 0 : toNumber(value)));
  if (numbers.includes(null)) return null;
  const [left, right] = [numbers[0], numbers[numbers.length - 1]];
  const found = {
    "+": () => left + right,
    "-": () => (values.length === 1 ? -left : left - right),
    "*": () => left * right,
    "/": () => (right ? left / right : NaN),
    round: () => rounded(left, Math.trunc(right)),
  }[sign]();
  return Number.isFinite(found) ? found : null;
};
const PLAIN = {
  not: (value) => !isTrue(value),
  "=": equal,
  "!=": (left, right) => !equal(left, right),
  "<": (left, right) => compared(left, right, (a, b) => a < b),
  "<=": (left, right) => compared(left, right, (a, b) => a <= b),
  ">": (left, right) => compared(left, right, (a, b) => a > b),
  ">=": (left, right) => compared(left, right, (a, b) => a >= b),
  contains: (whole, part) => (Array.isArray(whole) ? whole.some((each) => equal(each, part))
    : typeof whole === "string" && typeof part === "string" && whole.toLowerCase().includes(part.toLowerCase())),
  in: (value, ...options) => options.some((option) => equal(value, option)),
  answered: isAnswered,
  sum: (value) => total(numbersOf(value)),
  count: (value) => listed(value).filter(isAnswered).length,
  min: (value) => (numbersOf(value).length ? Math.min(...numbersOf(value)) : null),
  max: (value) => (numbersOf(value).length ? Math.max(...numbersOf(value)) : null),
  length: (value) => (typeof value === "string" ? [...value].length : Array.isArray(value) ? value.length
    : isObject(value) ? Object.keys(value).length : 0),
  days_between: (start, end) => {
    const days = [asDay(start), asDay(end)];
    return days[0] && days[1] ? Math.round((days[1] - days[0]) / 86400000) : null;
  },
};
// scope: {outer, own, today} as in the Python side's Scope; today is an ISO date.
const evaluate = (node, scope) => {
  const [sign, ...parts] = node;
  switch (sign) {
    case "value": return parts[0];
    case "answer": {
      const [name, group] = parts;
      if (!group) return (name in scope.own ? scope.own[name] : scope.outer[name]) ?? null;
      return (scope.outer[group] || []).filter(isObject).map((entry) => entry[name] ?? null);
    }
    case "and": return isTrue(evaluate(parts[0], scope)) && isTrue(evaluate(parts[1], scope));
    case "or": return isTrue(evaluate(parts[0], scope)) || isTrue(evaluate(parts[1], scope));
    case "if": return evaluate(isTrue(evaluate(parts[0], scope)) ? parts[1] : parts[2], scope);
    case "today": return scope.today;
    case "years_since": {
      const born = asDay(evaluate(parts[0], scope));
      return born ? yearsBetween(born, asDay(scope.today)) : null;
    }
    default: {
      const values = parts.map((part) => evaluate(part, scope));
      return sign in PLAIN ? PLAIN[sign](...values) : arithmetic(sign, values);
    }
  }
};
