// The simulator's page. It posts to /webhooks/{account} as a chat platform would, and reads the stage back.
// Everything that people or the bot said reaches the page as text nodes only; nothing here parses markup.
"use strict";

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
const TOKEN = meta("simulator-token");
const ACCOUNT = meta("simulator-account");
const PRIVATE = "private"; // the key of the column with the bot alone
const PAUSE_MS = 400; // between two questions for news
const ZONE = "Asia/Shanghai";

const $ = (id) => document.getElementById(id);
const lines = new Map(); // by id, in the order in which they were said
const columns = new Map(); // by group id, and PRIVATE
const seen = new Set(); // ids of private lines that were on screen
const state = { groups: [], people: [], cursor: 0, boot: null, directory: null, me: null };

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// ---- talking to the service -----------------------------------------------------------------------------------

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Simulator-Token": TOKEN },
    body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("连不上服务：它还在运行吗？");
  }
  if (response.status === 401) throw Object.assign(new Error("服务重新启动过，请刷新页面。"), { stale: true });
  const text = await response.text();
  let answer = null;
  try { answer = text ? JSON.parse(text) : {}; } catch { /* not ours */ }
  if (!response.ok) throw new Error(answer?.error ?? reason(response.status));
  return answer ?? {};
}

function reason(status) {
  if (status === 400) return "机器人没读懂这条消息（400）。";
  if (status === 413) return "消息太大了（413）。";
  if (status === 429) return "发得太快了，稍等再发（429）。";
  if (status >= 500) return `服务出错了（${status}），这条消息没有处理，请稍后重试；原因见运行窗口里的日志。`;
  return `没有成功（${status}）。`;
}

let noticeTimer;
function notice(text, { good = false, action, label } = {}) {
  clearTimeout(noticeTimer);
  $("notice").hidden = !text;
  $("notice").classList.toggle("good", good);
  $("notice-text").textContent = text;
  $("notice-action").hidden = !action;
  $("notice-action").textContent = label ?? "";
  $("notice-action").onclick = action ?? null;
  if (good) noticeTimer = setTimeout(() => notice(""), 6000);
}

function failed(error, retry) {
  if (error.stale) return notice(error.message, { action: () => location.reload(), label: "刷新" });
  notice(error.message, retry ? { action: () => { notice(""); retry(); }, label: "重试" } : {});
}

// ---- what the service tells us ----------------------------------------------------------------------------------

function learn(news) {
  if (state.boot !== null && news.boot !== undefined && news.boot !== state.boot) return location.reload();
  if (news.boot !== undefined) state.boot = news.boot;
  if (news.shown_now) $("now").textContent = news.shown_now;
  if (news.groups) setCast(news);
  const touched = new Set();
  for (const line of news.lines ?? []) {
    const known = lines.get(line.id);
    if (known && known.version >= line.version) continue;
    lines.set(line.id, line);
    touched.add(columnOf(line));
  }
  if (news.cursor !== undefined) state.cursor = Math.max(state.cursor, news.cursor);
  for (const key of touched) columns.get(key)?.draw();
  if (touched.size) drawUnread();
}

const columnOf = (line) => line.spot.group ?? PRIVATE;
const isShownIn = (line, key) => key === PRIVATE ? line.spot.private === state.me?.id : line.spot.group === key;
const speakerOf = (line) => line.from === "bot" ? null : line.from.person;

function setCast(news) {
  Object.assign(state, { groups: news.groups, people: news.people, directory: news.directory });
  const remembered = sessionStorage.getItem("me");
  const find = (id) => state.people.find((one) => one.id === id);
  state.me = find(state.me?.id) ?? find(remembered) ?? state.people.find((one) => one.cadre) ?? state.people[0];
  const wanted = [...state.groups.map((group) => group.id), PRIVATE];
  for (const [key, column] of columns) {
    if (!wanted.includes(key)) { column.node.remove(); columns.delete(key); }
  }
  for (const key of wanted) {
    if (!columns.has(key)) columns.set(key, new Column(key));
    $("columns").append(columns.get(key).node);
    columns.get(key).title(state.groups.find((group) => group.id === key));
  }
  $("jobs").hidden = !news.jobs.length;
  $("job").replaceChildren(...news.jobs.map((job) => {
    const option = make("option", "", job.title);
    option.value = job.name;
    return option;
  }));
  drawSteps();
  drawPeople();
  become(state.me);
}

async function listen() {
  for (;;) {
    try {
      const news = await ask(`/simulator/api/wait?after=${state.cursor}`);
      const moved = state.directory !== null && news.directory !== state.directory;
      learn(news);
      if (moved) learn(await ask(`/simulator/api/state?after=${state.cursor}`));
      if ($("notice").dataset.lost) { delete $("notice").dataset.lost; notice(""); }
    } catch (error) {
      $("notice").dataset.lost = "1";
      failed(error);
      await new Promise((resume) => setTimeout(resume, 2000));
    }
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  }
}

// ---- people -------------------------------------------------------------------------------------------------------

function tone(id) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) % 997;
  return `avatar tone-${sum % 6}`;
}
const avatar = (person) => make("span", tone(person.id), [...person.name].at(person.id.startsWith("guest") ? -1 : 0) ?? "?");

function who(person, nameTag) {
  const box = make("span", "who");
  box.append(make(nameTag, "", person.name), make("small", "", person.title));
  return box;
}

function drawPeople() {
  const wanted = $("find").value.trim();
  const units = new Map();
  for (const person of state.people) {
    if (wanted && !`${person.name}${person.unit}${person.title}`.includes(wanted)) continue;
    if (!units.has(person.unit)) units.set(person.unit, []);
    units.get(person.unit).push(person);
  }
  $("people").replaceChildren(...[...units].map(([unit, people]) => {
    const section = make("section");
    section.append(make("h3", "", unit), ...people.map((person) => {
      const button = make("button", "person");
      button.type = "button";
      button.dataset.id = person.id;
      button.append(avatar(person), who(person, "span"));
      button.onclick = () => become(person);
      return button;
    }));
    return section;
  }));
  markMe();
  drawUnread();
}

function markMe() {
  for (const button of $("people").querySelectorAll(".person")) {
    button.setAttribute("aria-pressed", String(button.dataset.id === state.me?.id));
  }
}

function become(person) {
  if (!person) return;
  state.me = person;
  sessionStorage.setItem("me", person.id);
  const card = who(person, "strong");
  card.lastChild.textContent = `${person.unit} · ${person.title}`;
  card.lastChild.title = card.lastChild.textContent;
  $("me").replaceChildren(avatar(person), card);
  markMe();
  for (const column of columns.values()) column.draw();
  columns.get(PRIVATE)?.title();
  drawUnread();
}

function drawUnread() {
  const unread = new Map();
  for (const line of lines.values()) {
    const owner = line.spot.private;
    if (owner && line.from === "bot" && !seen.has(line.id)) unread.set(owner, (unread.get(owner) ?? 0) + 1);
  }
  for (const button of $("people").querySelectorAll(".person")) {
    button.querySelector(".unread")?.remove();
    const count = unread.get(button.dataset.id);
    if (!count) continue;
    const mark = make("span", "unread", String(count));
    mark.title = "机器人发来的私聊，还没看";
    button.append(mark);
  }
}

// ---- lines ----------------------------------------------------------------------------------------------------------

const PICTURES = { iVBOR: "png", "/9j/": "jpeg", R0lG: "gif", UklG: "webp" };

function drawPart(part) {
  if (part.words !== undefined) return document.createTextNode(part.words);
  if (part.user_text !== undefined) return document.createTextNode(part.user_text);
  if (part.mention) {
    const mine = part.mention.external_id === state.me?.id;
    return make("span", mine ? "mention mine" : "mention", `@${part.mention.name}`);
  }
  if (part.link) {
    if (!/^https?:\/\//i.test(part.link.url)) return document.createTextNode(`${part.link.text} ${part.link.url}`);
    const link = make("a", "", part.link.text);
    Object.assign(link, { href: part.link.url, target: "_blank", rel: "noopener noreferrer" });
    return link;
  }
  if (part.image) {
    const kind = Object.entries(PICTURES).find(([start]) => part.image.base64.startsWith(start))?.[1];
    if (!kind) return document.createTextNode(`[图片：${part.image.alt}]`);
    const image = make("img");
    Object.assign(image, { src: `data:image/${kind};base64,${part.image.base64}`, alt: part.image.alt });
    return image;
  }
  return document.createTextNode("");
}

function plain(line) {
  if (!line) return "（较早的消息）";
  if (line.recalled) return "（已撤回）";
  const text = line.parts.map((part) => part.words ?? part.user_text ?? part.link?.text
    ?? (part.mention ? `@${part.mention.name}` : "[图片]")).join("");
  return `${line.name}：${text}`.replace(/\s+/g, " ").slice(0, 80);
}

const callsMe = (line) => line.mentions.includes(state.me?.id)
  || line.parts.some((part) => part.mention && part.mention.external_id === state.me?.id);

const timeOf = new Intl.DateTimeFormat("zh-CN", {
  timeZone: ZONE, month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

function drawLine(line, column) {
  const own = speakerOf(line) === state.me?.id;
  if (line.recalled) return make("li", "gone", `${own ? "你" : line.name}撤回了一条消息`);
  const bot = line.from === "bot";
  const item = make("li", `line${own ? " own" : ""}${bot ? " bot" : ""}${callsMe(line) ? " calls-me" : ""}`);
  const face = bot ? make("span", "avatar bot", "团") : avatar({ id: speakerOf(line), name: line.name });
  const name = make("span", "name", bot ? "团情" : own ? "" : line.name);
  if (bot) name.append(make("span", "tag", "机器人"));
  const bubble = make("div", "bubble");
  bubble.tabIndex = 0;
  bubble.title = "点一下：引用、撤回";
  if (line.quote) bubble.append(make("span", "quoted", plain(lines.get(line.quote))));
  bubble.append(...line.parts.map(drawPart));
  const toggle = () => { if (item.classList.toggle("open")) item.scrollIntoView({ block: "nearest", inline: "nearest" }); };
  bubble.onclick = (event) => { if (event.target.tagName !== "A" && !String(getSelection())) toggle(); };
  bubble.onkeydown = (event) => { if (event.key === "Enter" && event.target === bubble) toggle(); };
  const actions = make("div", "actions");
  const action = (label, run) => {
    const button = make("button", "", label);
    button.type = "button";
    button.onclick = () => { item.classList.remove("open"); run(); };
    actions.append(button);
  };
  action("引用", () => column.quote(line.id));
  if (own) action("撤回", () => column.recall(line.id));
  item.append(face, name, bubble, actions);
  return item;
}

// ---- a column ---------------------------------------------------------------------------------------------------------

class Column {
  constructor(key) {
    this.key = key;
    this.node = $("column").content.firstElementChild.cloneNode(true);
    this.list = this.node.querySelector(".lines");
    this.input = this.node.querySelector("textarea");
    this.at = this.node.querySelector(".at");
    this.draft = { quote: null, image: null };
    this.node.querySelector("form").onsubmit = (event) => { event.preventDefault(); this.send(); };
    this.input.onkeydown = (event) => {
      // while an input method is composing, Enter belongs to it
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
    };
    this.input.oninput = () => this.fit();
    // whoever reads the end keeps seeing the end: when lines come, pictures load or the column shrinks
    this.atEnd = true;
    this.list.onscroll = () => { this.atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40; };
    this.list.addEventListener("load", () => this.follow(), true);
    new ResizeObserver(() => this.follow()).observe(this.list);
    this.at.onclick = () => { this.address(this.at.getAttribute("aria-pressed") !== "true"); this.input.focus(); };
    this.node.querySelector(".picture").onclick = () => { this.attach(samplePicture()); this.input.focus(); };
    this.attached("quote").querySelector("button").onclick = () => this.quote(null);
    this.attached("image").querySelector("button").onclick = () => this.attach(null);
  }

  attached(what) { return this.node.querySelector(`.attached[data-for="${what}"]`); }

  title(group = this.group) {
    this.group = group;
    this.node.className = `column ${group ? `role-${group.role}` : "private"}`;
    this.node.querySelector(".badge").textContent = group ? group.role_title : "私聊";
    this.node.querySelector("h2").textContent = group ? group.name : `${state.me?.name ?? ""} 与 机器人`;
    this.node.querySelector("p").textContent = group ? group.unit : "只有两个人看得到";
  }

  draw() {
    const top = this.list.scrollTop;
    const shown = [...lines.values()].filter((line) => isShownIn(line, this.key));
    const items = [];
    let last = 0;
    for (const line of shown) {
      const at = Date.parse(line.at);
      if (Math.abs(at - last) > 5 * 60_000) items.push(make("li", "when", timeOf.format(at)));
      last = at;
      items.push(drawLine(line, this));
      if (this.key === PRIVATE) seen.add(line.id);
    }
    if (!items.length) items.push(make("li", "empty", this.key === PRIVATE ? "还没有私聊。发“帮助”看看能做什么。" : "群里还没有人说话。"));
    const newest = shown.at(-1)?.id;
    if (newest !== this.newest) this.atEnd = true;
    this.newest = newest;
    this.list.replaceChildren(...items);
    this.list.scrollTop = top;
    this.follow();
    const place = this.key === PRIVATE ? "对机器人说" : "在群里说";
    this.input.placeholder = `${state.me?.name ?? ""} ${place}……`;
    this.input.setAttribute("aria-label", this.input.placeholder);
  }

  follow() {
    if (this.atEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  fit() {
    this.input.rows = Math.min(5, Math.max(1, this.input.value.split("\n").length));
  }

  address(on) { this.at.setAttribute("aria-pressed", String(on)); }

  quote(id) {
    this.draft.quote = id;
    const box = this.attached("quote");
    box.hidden = !id;
    box.querySelector("span").textContent = id ? `引用 ${plain(lines.get(id))}` : "";
    if (id) this.input.focus();
  }

  attach(image) {
    this.draft.image = image;
    const box = this.attached("image");
    box.hidden = !image;
    if (image) box.querySelector("img").src = image; else box.querySelector("img").removeAttribute("src");
  }

  fill(text, addressed) {
    this.input.value = text;
    this.fit();
    this.address(addressed);
    this.node.scrollIntoView({ inline: "nearest", block: "nearest" });
    this.input.focus();
  }

  message(more) {
    return { message_id: crypto.randomUUID(), group: this.group?.id ?? null, user: state.me.id, name: state.me.name, ...more };
  }

  async send() {
    const text = this.input.value.trim();
    if (!state.me || (!text && !this.draft.image)) return this.input.focus();
    const mentions = state.people.filter((one) => one.id !== state.me.id && text.includes(`@${one.name}`)).map((one) => one.id);
    const message = this.message({
      text, mentions, mentions_bot: Boolean(this.group) && this.at.getAttribute("aria-pressed") === "true",
      quote: this.draft.quote, image: this.draft.image,
    });
    this.input.value = "";
    this.fit();
    this.address(false);
    this.quote(null);
    this.attach(null);
    await this.post(message);
    this.input.focus();
  }

  recall(id) { return this.post(this.message({ recall: id })); }

  // the same id on every try: trying again never does a thing twice
  async post(message) {
    try {
      await ask(`/webhooks/${encodeURIComponent(ACCOUNT)}`, message);
    } catch (error) {
      failed(error, () => this.post(message));
    }
    try { learn(await ask(`/simulator/api/state?after=${state.cursor}`)); } catch { /* the listener says so */ }
  }
}

function samplePicture() {
  const canvas = make("canvas");
  Object.assign(canvas, { width: 320, height: 200 });
  const pen = canvas.getContext("2d");
  const fill = (colour, ...box) => { pen.fillStyle = colour; pen.fillRect(...box); };
  fill("#cfe6f7", 0, 0, 320, 200);
  fill("#9cc38a", 0, 138, 320, 62);
  fill("#d9b48a", 60, 80, 110, 76);
  pen.fillStyle = "#b4483c";
  pen.beginPath();
  pen.moveTo(48, 82); pen.lineTo(115, 40); pen.lineTo(182, 82);
  pen.fill();
  fill("#7a5a3a", 104, 112, 24, 44);
  fill("#c8202f", 225, 62, 50, 30);
  fill("#666", 222, 62, 3, 96);
  pen.fillStyle = "#345";
  pen.font = "18px sans-serif";
  pen.fillText("走访现场（样例）", 12, 188);
  return canvas.toDataURL("image/png");
}

// ---- first steps, clock, jobs --------------------------------------------------------------------------------------------

function drawSteps() {
  const group = (role) => state.groups.find((one) => one.role === role);
  const person = (test) => state.people.find(test);
  const youth = group("youth");
  const cadre = person((one) => one.cadre && !one.roles.length) ?? person((one) => one.cadre);
  const stranger = person((one) => one.id.startsWith("guest"));
  const secretary = person((one) => youth?.answerers.includes(one.id)) ?? person((one) => one.roles.includes("secretary"));
  const speak = (who, key, text, addressed) => () => { become(who); columns.get(key)?.fill(text, addressed); };
  const steps = [];
  if (cadre && group("cadre")) {
    steps.push([`干部群：${cadre.name}签到`, speak(cadre, group("cadre").id, "签到 东风社区 走访青年12人", false)]);
  }
  if (stranger && youth) steps.push(["青年群：青年 @机器人 提问", speak(stranger, youth.id, "团组织关系怎么转？", true)]);
  if (secretary) steps.push([`私聊：${secretary.name}书记看“待答”，再发“回复 1 …”`, speak(secretary, PRIVATE, "待答", false)]);
  steps.push(["拨到周五17:30，看督导群的周报", () => moveClock("friday-17:30")]);
  const done = JSON.parse(sessionStorage.getItem("steps") ?? "[]");
  const chips = steps.map(([label, run], index) => {
    const chip = make("button", done.includes(index) ? "done" : "");
    chip.type = "button";
    chip.append(make("b", "", String(index + 1)), label);
    chip.onclick = () => {
      chip.className = "done";
      sessionStorage.setItem("steps", JSON.stringify([...new Set([...done, index])]));
      run();
    };
    return chip;
  });
  $("steps").replaceChildren($("steps").firstElementChild, ...chips);
  $("steps").hidden = false;
}

async function moveClock(to) {
  try {
    learn(await ask("/simulator/api/clock", { to }));
    notice(to === "reset" ? "时钟回到了现在。" : "时钟拨好了；到点的任务几秒内会自己发出来。", { good: true });
  } catch (error) { failed(error); }
}

for (const button of document.querySelectorAll("[data-to]")) button.onclick = () => moveClock(button.dataset.to);

$("run").onclick = async () => {
  $("run").disabled = true;
  try {
    const answer = await ask(`/simulator/api/jobs/${encodeURIComponent($("job").value)}`, {});
    notice(answer.message || "任务运行完了。", { good: true });
  } catch (error) { failed(error); }
  $("run").disabled = false;
};
$("find").oninput = drawPeople;
$("notice-close").onclick = () => notice("");

async function start() {
  try {
    learn(await ask("/simulator/api/state?after=0"));
    listen();
  } catch (error) {
    failed(error);
    setTimeout(start, 2000);
  }
}
start();
