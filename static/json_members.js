// Reads and changes the members of a JSON object in its text; everything else keeps its characters.

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

// The members with the positions of key and value; null for a text that is no object, or has a key twice.
// A blank text has none.
export function readMembers(text) {
  if (!text.trim()) return [];
  const value = parse(text);
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const members = scan(text);
  return new Set(members.map((member) => member.key)).size === members.length ? members : null;
}

// The value of a JSON text; undefined if it is not valid.
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The text is a valid object.
function scan(text) {
  const members = [];
  let depth = 0;
  let member = null;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if ("]}".includes(token)) depth -= 1;
    if (depth === 1 && token === ",") member = null;
    else if (depth === 1 && !member) members.push((member = newMember(token, index)));
    else if (depth > 0 && !(depth === 1 && token === ":")) extend(member, index, token.length);
    if ("[{".includes(token)) depth += 1;
  }
  return members.map((found) => ({ ...found, json: text.slice(found.start, found.end) }));
}

const newMember = (token, index) => ({ key: JSON.parse(token), keyStart: index, keyEnd: index + token.length });

function extend(member, index, length) {
  member.start ??= index;
  member.end = index + length;
}

const splice = (text, start, end, replacement) => text.slice(0, start) + replacement + text.slice(end);

// The text with another value for a key; a blank `json` removes the key.
export function withValue(text, key, json) {
  const members = readMembers(text);
  const index = members.findIndex((member) => member.key === key);
  if (index < 0) return json ? append(text, members, `${JSON.stringify(key)}`, json) : text;
  return json ? splice(text, members[index].start, members[index].end, json) : remove(text, members, index);
}

// The text with other values for some keys, which need not be valid JSON.
export function withValues(text, values) {
  const changed = readMembers(text).filter((member) => values.has(member.key));
  return changed.reduceRight((result, { key, start, end }) => splice(result, start, end, values.get(key)), text);
}

export function withKey(text, key, newKey) {
  const member = readMembers(text).find((found) => found.key === key);
  return member ? splice(text, member.keyStart, member.keyEnd, JSON.stringify(newKey)) : text;
}

function append(text, members, key, json) {
  if (!text.trim()) return `{${key}: ${json}}`;
  const last = members.at(-1);
  if (!last) return splice(text, text.indexOf("{") + 1, text.lastIndexOf("}"), `${key}: ${json}`);
  const colon = text.slice(last.keyEnd, last.start);
  return splice(text, last.end, last.end, `${separator(text, members)}${key}${colon}${json}`);
}

// What is between two members, written as the last ones are.
function separator(text, members) {
  const [last, previous] = [members.at(-1), members.at(-2)];
  if (previous) return text.slice(previous.end, last.keyStart);
  const before = text.slice(text.indexOf("{") + 1, last.keyStart);
  return before.includes("\n") ? `,${before}` : ", ";
}

function remove(text, members, index) {
  if (members.length === 1) return splice(text, text.indexOf("{") + 1, text.lastIndexOf("}"), "");
  if (index === 0) return splice(text, members[0].keyStart, members[1].keyStart, "");
  return splice(text, members[index - 1].end, members[index].end, "");
}
