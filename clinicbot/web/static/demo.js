/** The demo page's chat: one conversation over the visitor API, kept for this tab only. */

import { drawBlocks, make } from "./blocks.js";

const API = "/chat/v1/";
const KEY = "clinicbot.session";
const { texts, greeting, notice } = JSON.parse(document.getElementById("chat-data").textContent);
const byId = (id) => document.getElementById(id);
const log = byId("log");
const question = byId("question");
const send = document.querySelector(".send");

let session = restoreSession();
let busy = false;

/* ---- The session: in sessionStorage, or in memory where storage is blocked ---- */

function restoreSession() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
    return kept && Date.parse(kept.expires_at) > Date.now() ? kept : null;
  } catch {
    return null;
  }
}

function keepSession(value) {
  session = value;
  byId("delete").hidden = !value;
  try {
    if (value) sessionStorage.setItem(KEY, JSON.stringify(value));
    else sessionStorage.removeItem(KEY);
  } catch { /* blocked: the variable is enough until the page is left */ }
}

/* ---- Talking to the server ---- */

class ApiError extends Error {
  constructor(message, status, blocks = []) {
    super(message);
    this.status = status;
    /** What to do in danger, where the message spoke of it and could not be answered. */
    this.blocks = blocks;
  }
}

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (session) headers.Authorization = `Bearer ${session.token}`;
  if (body) headers["Content-Type"] = "application/json";
  let response, reply;
  try {
    response = await fetch(API + path, { method, headers, body: body && JSON.stringify(body) });
    reply = await response.json();
  } catch {
    throw new ApiError(texts.network, 0);
  }
  if (!reply.ok) throw new ApiError(reply.error.message, response.status, reply.error.blocks);
  return reply;
}

async function deliver(message) {
  if (!session) {
    const opened = await call("POST", "session", {});
    keepSession({ token: opened.token, expires_at: opened.expires_at });
  }
  return (await call("POST", "messages", message)).events;
}

/** randomUUID is missing on plain http pages other than localhost. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0"));
  return hex.join("").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/* ---- Showing ---- */

const author = (name) => make("span", { class: "hidden" }, `${name}: `);

function showAssistant(message) {
  const context = { texts, choose, submit };
  log.append(make("article", { class: "said assistant" }, author(texts.assistant),
    ...drawBlocks(message.blocks, context)));
}

/** Help in danger that came with an error: said at once by screen readers. */
function showHelp(blocks) {
  log.append(make("div", { class: "said assistant", role: "alert" }, author(texts.assistant),
    ...drawBlocks(blocks, { texts })));
}

/** What happens to what is written here: shown at the start of every session. */
function showNotice(text) {
  log.append(make("p", { class: "notice" }, text));
}

function showVisitor(text) {
  const bubble = make("p", { class: "bubble", dir: "auto" }, author(texts.you), text);
  const node = make("article", { class: "said visitor" }, bubble);
  log.append(node);
  return node;
}

function showEvent({ type, message }) {
  if (type === "assistant") showAssistant(message);
  if (type === "visitor") showVisitor(message.text || message.title || texts.form_sent);
}

function setStatus(text, isBusy = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("busy", isBusy);
}

/** The question stays in view above its answer, so that reading starts at the beginning. */
function scrollTo(node) {
  byId("scroll").scrollTop = node.offsetTop - 16;
}

function setBusy(value) {
  busy = value;
  send.setAttribute("aria-disabled", String(value));
  setStatus(value ? texts.typing : "", value);
}

/* ---- One message, from sending to its answer ---- */

/** @returns {Promise<boolean>} whether it was answered */
async function say(message, shown) {
  if (busy) return false;
  byId("examples").hidden = true;
  const node = showVisitor(shown);
  return attempt({ id: newId(), ...message }, node);
}

async function attempt(message, node) {
  const state = make("span", { class: "state" }, texts.sending);
  node.classList.remove("failed");
  node.append(state);
  setBusy(true);
  byId("scroll").scrollTop = byId("scroll").scrollHeight;
  try {
    const events = await deliver(message);
    state.remove();
    events.filter((event) => event.type === "assistant").forEach(showEvent);
    return true;
  } catch (error) {
    if (error.blocks.length) {
      state.remove();
      showHelp(error.blocks);
    } else {
      node.classList.add("failed");
      state.textContent = texts.not_sent;
      showTrouble(error, message, node, state);
    }
    // That session is over: who answers here is said again before a new one begins.
    if (error.status === 401) {
      keepSession(null);
      showStart();
    }
    return false;
  } finally {
    setBusy(false);
    scrollTo(node);
  }
}

/** What went wrong, and a button that sends the very same message (same id) again. */
function showTrouble(error, message, node, state) {
  const trouble = make("div", { class: "trouble" }, make("p", { role: "alert" }, error.message));
  const again = error.status < 400 || [401, 408, 429].includes(error.status) || error.status >= 500;
  if (again) {
    const retry = make("button", { type: "button", class: "chip" }, texts.retry);
    retry.addEventListener("click", () => {
      if (busy) return;
      trouble.remove();
      state.remove();
      question.focus({ preventScroll: true });
      attempt(message, node);
    });
    trouble.append(make("div", {}, retry));
  }
  node.after(trouble);
}

function ask(text) {
  say({ type: "text", text }, text);
}

function choose(item, chips) {
  if (busy) return;
  for (const chip of chips.children) chip.disabled = true;
  refocus();
  say({ type: "choice", choice: item.id }, item.title);
}

async function submit(fields, form) {
  if (busy) return;
  const controls = [...form.elements];
  controls.forEach((control) => { control.disabled = true; });
  refocus();
  const answered = await say({ type: "form", fields }, texts.form_sent);
  if (!answered) controls.forEach((control) => { control.disabled = false; });
}

/** A disabled button loses the focus; on touch screens the input would open the keyboard. */
function refocus() {
  const target = matchMedia("(pointer: fine)").matches ? question : byId("scroll");
  target.focus({ preventScroll: true });
}

/* ---- Deleting ---- */

function askToDelete() {
  const yes = make("button", { type: "button", class: "primary" }, texts.delete_yes);
  const no = make("button", { type: "button", class: "quiet" }, texts.delete_no);
  byId("confirm").replaceChildren(make("p", {}, texts.delete_confirm), yes, no);
  byId("confirm").hidden = false;
  yes.addEventListener("click", erase);
  no.addEventListener("click", () => {
    byId("confirm").hidden = true;
    byId("delete").focus();
  });
  no.focus();
}

async function erase() {
  byId("confirm").hidden = true;
  question.focus({ preventScroll: true });
  try {
    await call("DELETE", "session");
  } catch (error) {
    // 401: it is gone already, which is what was asked for.
    if (error.status !== 401) return setStatus(error.message);
  }
  keepSession(null);
  startAfresh();
  return setStatus(texts.deleted);
}

/* ---- Starting ---- */

function showStart() {
  showNotice(notice.text);
  showAssistant(greeting);
}

function startAfresh() {
  log.replaceChildren();
  showStart();
  byId("examples").hidden = false;
}

async function restore() {
  log.setAttribute("aria-busy", "true");
  startAfresh();
  try {
    if (!session) return;
    const { events } = await call("GET", "events?after=0");
    keepSession(session);
    events.forEach(showEvent);
    byId("examples").hidden = events.length > 0;
    if (events.length) setStatus(texts.restored);
    byId("scroll").scrollTop = byId("scroll").scrollHeight;
  } catch (error) {
    if (error.status === 401) keepSession(null);
    else setStatus(error.message);
  } finally {
    log.removeAttribute("aria-busy");
  }
}

function sendTyped() {
  const text = question.value.trim();
  if (!text || busy) return;
  question.value = "";
  fitInput();
  ask(text);
}

function fitInput() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight}px`;
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  sendTyped();
});
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendTyped();
});
question.addEventListener("input", fitInput);
byId("delete").addEventListener("click", askToDelete);
for (const chip of byId("examples").children) {
  chip.addEventListener("click", () => {
    refocus();
    ask(chip.textContent.trim());
  });
}
restore();
