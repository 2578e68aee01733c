/*
 * Triptych's tracker: page, track, identify, group, consent.
 *
 *   <script type="module" src="https://events.example.com/t.js#key=WRITE_KEY"></script>
 *   triptych.consent({ analytics: true, advertising: false });
 *
 * or  import { load } from "https://events.example.com/t.js";  const triptych = load({ key, host });
 *
 * Before a choice it keeps events in memory alone: no cookie, no storage, no id, no request (but, with `count`, one that
 * holds the page's path and nothing else). A refusal empties that memory and stores the choice, nothing else. After a yes
 * to `analytics` an id lives in a first-party cookie for at most 13 months from the day it was made; visits do not prolong
 * it. After a yes to `advertising`, asked apart, or by a TCF string of the page's `__tcfapi`, the front door keeps another
 * id in a cookie that no script can read; events without analytics carry no id of ours. Global Privacy Control means no.
 */
const VERSION = "1.1.0";
const DAY = 864e5;
const ID_DAYS = 395; // 13 months (CNIL, audience measurement)
const CHOICE_DAYS = 182; // six months before asking again
const BATCH = 50;
const BATCH_BYTES = 6e4; // what a browser lets a page send while it is being left
const HELD = 200; // events kept in memory while nobody has chosen
const QUEUED = 1000;
const GPC = navigator.globalPrivacyControl === true;
const CLICK_IDS = ["gclid", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "ttclid", "li_fat_id", "twclid"];

const uuid = () =>
  crypto.randomUUID
    ? crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
        (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16));

const readCookie = (name) => {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
};

const writeCookie = (name, value, until, domain) => {
  const parts = [`${name}=${encodeURIComponent(value)}`, "Path=/", "SameSite=Lax", `Expires=${new Date(until).toUTCString()}`];
  if (domain) parts.push(`Domain=${domain}`);
  if (location.protocol === "https:") parts.push("Secure");
  document.cookie = parts.join("; ");
};

const clean = (object) => {
  const kept = Object.entries(object).filter(([, value]) => value !== undefined && value !== "" && value !== null);
  return kept.length ? Object.fromEntries(kept) : undefined;
};

function place() {
  const query = new URLSearchParams(location.search);
  const campaign = {};
  for (const [key, value] of query) if (key.startsWith("utm_")) campaign[key === "utm_campaign" ? "name" : key.slice(4)] = value;
  const clicked = CLICK_IDS.find((key) => query.has(key));
  const from = document.referrer ? new URL(document.referrer) : null;
  return {
    page: {
      path: location.pathname,
      url: location.origin + location.pathname, // never the query: sites put mail addresses there
      title: document.title,
      referrer: from ? from.origin + from.pathname : undefined,
    },
    campaign: clean(campaign),
    referrer: clicked ? { type: clicked, id: query.get(clicked) } : undefined,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
    library: { name: "triptych.js", version: VERSION },
    gpc: GPC || undefined,
  };
}

export function load({ key, host, domain = "", spa = true, autoPage = true, prefix = "tt_", consent, count = false } = {}) {
  const door = (host || new URL(import.meta.url).origin) + "/v1/";
  const cookie = { id: prefix + "id", user: prefix + "user", choice: prefix + "choice" };
  const store = prefix + "queue";
  let held = [];
  let queue = [];
  let choice = null;
  let sending = false;
  let failures = 0;
  let timer = 0;
  let lastPath = "";
  let tcf = "";
  let tcfSaysYes = false;
  let visitor = null;
  let told = Promise.resolve();

  const allowed = () => choice !== null && choice.analytics === true;
  const advertised = () => {
    const said = choice && choice.advertising;
    return !GPC && (tcf ? tcfSaysYes && said !== false : said === true);
  };
  const agreed = () => ({ consent: clean({ categoryPreferences: choice, tcf }), gpc: GPC || undefined });
  const forget = (name) => writeCookie(name, "", 0, domain);
  const until = () => +readCookie(cookie.id).split(".")[1] * 1000 + ID_DAYS * DAY;

  function anonymousId() {
    const [id] = readCookie(cookie.id).split(".");
    if (id) return id;
    const made = Math.floor(Date.now() / 1000);
    const fresh = uuid();
    writeCookie(cookie.id, `${fresh}.${made}`, made * 1000 + ID_DAYS * DAY, domain);
    return fresh;
  }

  function remember(userId) {
    anonymousId();
    writeCookie(cookie.user, userId, until(), domain);
  }

  function keep() {
    queue = queue.slice(-QUEUED);
    try {
      if (queue.length && allowed()) localStorage.setItem(store, JSON.stringify(queue));
      else localStorage.removeItem(store);
    } catch { /* private mode or full: the memory copy goes on */ }
  }

  function recall() {
    try {
      const waiting = JSON.parse(localStorage.getItem(store) || "[]");
      const known = new Set(queue.map((event) => event.messageId));
      queue = waiting.filter((event) => !known.has(event.messageId)).concat(queue);
    } catch { /* unreadable: start afresh */ }
  }

  function signed(event) {
    event = { ...event, context: { ...event.context, ...agreed() } };
    if (!allowed()) return event;
    event.anonymousId = anonymousId();
    const user = readCookie(cookie.user);
    if (user && !event.userId) event.userId = user;
    return event;
  }

  const sendable = (event) => allowed() || (advertised() && /page|track/.test(event.type));

  function put(event) {
    event = { messageId: uuid(), timestamp: new Date().toISOString(), context: place(), ...event };
    if (choice === null) held = held.concat(event).slice(-HELD);
    if (!sendable(event)) return;
    queue.push(signed(event));
    keep();
    schedule(0);
  }

  function portion() {
    let bytes = 0;
    const fits = queue.slice(0, BATCH).findIndex((event) => (bytes += JSON.stringify(event).length) > BATCH_BYTES);
    return queue.slice(0, fits < 0 ? BATCH : Math.max(1, fits));
  }

  const post = (path, text, credentials, keepalive) =>
    // text/plain keeps the request simple: no preflight
    fetch(door + path, { method: "POST", body: text, headers: { "Content-Type": "text/plain" }, keepalive, credentials });
  // One after the other: a yes must not overtake the no before it.
  const tell = () => (told = told.then(() => post("visitor", JSON.stringify({ writeKey: key, context: agreed() }), "include", true)).catch(() => { visitor = null; }));
  const visit = () => (visitor ??= tell());
  const body = (batch) => JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), batch });

  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
  }

  function delivered(batch) {
    const done = new Set(batch.map((event) => event.messageId));
    queue = queue.filter((event) => !done.has(event.messageId));
    keep();
    failures = 0;
  }

  async function flush() {
    if (sending || !queue.length) return;
    sending = true;
    if (advertised()) await visit();
    const batch = portion();
    let wait = 0;
    try {
      const text = body(batch);
      const answer = await post("batch", text, advertised() ? "include" : "omit", text.length < BATCH_BYTES);
      if (answer.status === 429 || answer.status >= 500) wait = 1000 * (+answer.headers.get("Retry-After") || 0) || -1;
      else delivered(batch); // taken, or never to be taken: a refused batch would come back for ever
    } catch {
      wait = -1;
    }
    sending = false;
    if (wait) wait = wait > 0 ? wait : Math.min(6e4, 1000 * 2 ** failures++) * (0.75 + Math.random() / 2);
    if (queue.length) schedule(wait);
  }

  function leave() {
    if (!queue.length) return;
    const batch = portion();
    // The queue keeps them too: the front door knows a message id that comes twice.
    beacon(batch);
  }

  function beacon(batch) {
    navigator.sendBeacon(door + "batch", new Blob([body(batch)], { type: "text/plain" }));
  }

  function page(name, properties) {
    const at = place().page;
    if (count && !allowed()) post("count", JSON.stringify({ writeKey: key, path: at.path }), "omit", true).catch(() => 0);
    put({ type: "page", name: typeof name === "string" ? name : undefined, properties: { ...at, ...(typeof name === "object" ? name : properties) } });
  }

  function route() {
    if (location.pathname === lastPath) return;
    lastPath = location.pathname;
    page();
  }

  function watchRoutes() {
    lastPath = location.pathname;
    for (const method of ["pushState", "replaceState"]) {
      const original = history[method];
      history[method] = function (...given) {
        const result = original.apply(this, given);
        setTimeout(route, 0); // the title follows the route
        return result;
      };
    }
    addEventListener("popstate", () => setTimeout(route, 0));
  }

  function withdraw(changes) {
    const last = changes.map((change) => ({ ...signed({ messageId: uuid(), timestamp: new Date().toISOString(), context: place(), ...change }), anonymousId: anonymousId() }));
    if (last.length) beacon(last);
    queue = [];
    keep();
    forget(cookie.id);
    forget(cookie.user);
  }

  function choose(given, proof) {
    const before = choice || {};
    const had = allowed();
    const advertisedBefore = advertised();
    const next = { analytics: false, ...before, ...given };
    if (GPC) next.advertising = false;
    const changes = Object.keys(next).filter((purpose) => next[purpose] !== before[purpose]).map((purpose) => ({
      type: "track",
      event: "Consent Changed",
      properties: clean({ purpose, status: next[purpose] ? "granted" : before[purpose] ? "withdrawn" : "refused", proof }),
    }));
    choice = next;
    writeCookie(cookie.choice, JSON.stringify(next), Date.now() + CHOICE_DAYS * DAY, domain);
    if (allowed()) {
      for (const event of held) if (event.type === "identify" && event.userId) remember(event.userId);
      changes.forEach(put);
      queue = queue.concat(held.map(signed));
      keep();
      schedule(0);
    } else if (had) withdraw(changes);
    advertise(advertisedBefore);
    held = [];
    return { ...next };
  }

  function advertise(before) {
    if (before === advertised()) return;
    // What waits was said under another choice: it is seen by nobody, and takes nothing back.
    for (const { context: { consent } } of queue) {
      const { advertising, ...rest } = consent.categoryPreferences || {};
      if (consent.tcf === (tcf || undefined) && advertising === (choice || {}).advertising) continue;
      delete consent.tcf;
      consent.categoryPreferences = rest;
    }
    visitor = null;
    if (before) {
      if (!allowed()) queue = [];
      tell();
    } else {
      if (!allowed()) queue = queue.concat(held.filter(sendable).map(signed));
      visit();
      schedule(0);
    }
  }

  function listen() {
    if (typeof __tcfapi === "function") __tcfapi("addEventListener", 2, (data, ok) => {
      if (!ok || !data.tcString || data.eventStatus === "cmpuishown") return;
      const before = advertised();
      const given = data.purpose.consents;
      tcf = data.tcString;
      tcfSaysYes = !!(given[1] && (given[3] || given[4]));
      advertise(before);
    });
  }

  function remembered() {
    try {
      return JSON.parse(readCookie(cookie.choice) || "null");
    } catch {
      return null;
    }
  }

  const api = {
    page,
    track: (event, properties) => put({ type: "track", event, properties: properties || {} }),
    identify(userId, traits) {
      const named = typeof userId === "object" ? { traits: userId } : { userId: String(userId), traits: traits || {} };
      if (named.userId && allowed()) remember(named.userId);
      put({ type: "identify", ...named });
    },
    group: (groupId, traits) => put({ type: "group", groupId: String(groupId), traits: traits || {} }),
    consent: (given, proof) => (given === undefined ? choice && { ...choice } : choose(given, proof)),
    reset() {
      forget(cookie.user);
      forget(cookie.id);
    },
    anonymousId: () => (allowed() ? anonymousId() : null),
    visitor: () => fetch(door + "visitor", { credentials: "include" }).then((answer) => (answer.ok ? answer.json() : null)),
    flush,
  };

  choice = remembered();
  if (allowed()) recall();
  if (consent) choose(consent);
  if (GPC && choice && choice.advertising) {
    choose({});
    tell();
  }
  listen();
  if (spa) watchRoutes();
  if (autoPage) page();
  addEventListener("online", () => schedule(0));
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  if (queue.length) schedule(0);
  return api;
}

const asked = new URLSearchParams(new URL(import.meta.url).hash.slice(1));
if (asked.has("key")) globalThis.triptych = load({ key: asked.get("key"), domain: asked.get("domain") || "", count: asked.has("count") });
