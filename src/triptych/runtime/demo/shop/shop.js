/* The demonstration shop: a single page with routes, an honest consent banner and Triptych's tracker. */
import { load } from "/t.js";

const BASE = "/demo/shop/";
const PURPOSES = [
  ["analytics", "Mesure d’audience", "Pour savoir ce qui se lit."],
  ["personalisation", "Contenus pour vous", "Pour montrer d’abord ce que vous aimez."],
  ["advertising", "Publicité", "Pour compter des visites, sans votre nom."],
];
const SHELVES = {
  cafes: ["Cafés", "Les cafés", "Torréfiés à Nantes le mardi, en boutique le mercredi."],
  thes: ["Thés", "Les thés", "Récoltés au printemps, en vrac ou en boîte."],
  miels: ["Miels", "Les miels", "Des ruchers de Loire-Atlantique."],
  coffrets: ["Coffrets", "Les coffrets", "Composés à la main, prêts à offrir."],
};
const GOODS = [
  ["yirgacheffe", "cafes", "Café Yirgacheffe", "Éthiopie, 250 g", 8.9],
  ["sidamo", "cafes", "Café Sidamo", "Éthiopie, 250 g", 8.4],
  ["huila", "cafes", "Café Huila", "Colombie, 250 g", 7.9],
  ["moulu", "cafes", "Moulu du matin", "Mélange, 500 g", 13.5],
  ["sencha", "thes", "Thé Sencha", "Japon, 100 g", 9.5],
  ["darjeeling", "thes", "Thé Darjeeling", "Inde, 100 g", 11.2],
  ["rooibos", "thes", "Rooibos", "Afrique du Sud, 100 g", 6.8],
  ["acacia", "miels", "Miel d’acacia", "Pot de 250 g", 7.2],
  ["reze", "miels", "Miel de Rezé", "Pot de 500 g", 12.4],
  ["noel", "coffrets", "Coffret Noël", "3 cafés, 1 miel", 34],
  ["gouter", "coffrets", "Coffret goûter", "2 thés, 1 miel", 26],
].map(([product_id, category, name, variant, price]) => ({ product_id, category, name, variant, price }));

const $ = (id) => document.getElementById(id);
const euros = (value) => value.toLocaleString("fr-FR", { style: "currency", currency: "EUR" });
const make = (tag, text, attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text ?? "";
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

const settings = await (await fetch(BASE + "settings.json")).json();
const triptych = load({ key: settings.key });
const basket = [];
let user = null;

function tellParent() {
  // The split screen beside us shows the portrait of this very browser; it learns the id from the browser alone.
  if (parent !== window && settings.web) parent.postMessage({ triptych: "shop", anonymous_id: triptych.anonymousId(), path: location.pathname }, settings.web);
}
async function tellVisitor() {
  // What stands below the wall for this browser: read by its own cookie, handed to the window around us, joined by no server.
  if (parent === window || !settings.web) return;
  const answer = triptych.consent()?.advertising ? await fetch("/v1/visitor") : null;
  parent.postMessage({ triptych: "visitor", visitor: answer?.ok ? await answer.json() : null }, settings.web);
}
const told = (act) => { act(); triptych.flush(); tellParent(); };

function picture(at) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 120 96");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, d] of [["c" + (at % 4), "M38 24h44l4 58a4 4 0 0 1-4 4H38a4 4 0 0 1-4-4z"], ["dark", "M38 14h44v10H38z"], ["pale", "M44 42h32v26H44z"]]) {
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("class", name);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

function item(product, at) {
  const line = make("li");
  const add = make("button", "Ajouter", { type: "button", "aria-label": `Ajouter ${product.name}`, "data-add": product.product_id });
  add.addEventListener("click", () => {
    basket.push(product);
    add.textContent = "Dans le panier";
    add.setAttribute("aria-pressed", "true");
    count();
    told(() => triptych.track("Product Added", { ...product, quantity: 1, currency: "EUR" }));
  });
  line.append(picture(at), make("span", product.name), make("span", euros(product.price), { class: "price" }), make("span", product.variant, { class: "what" }), add);
  line.addEventListener("click", (event) => event.target !== add && told(() => triptych.track("Product Viewed", { ...product, currency: "EUR" })));
  return line;
}

const total = () => basket.reduce((sum, one) => sum + one.price, 0);

function count() {
  $("count").textContent = basket.length;
  $("sum").textContent = euros(total());
}

function show() {
  const shelf = location.pathname.slice(BASE.length).split("/")[0] || "cafes";
  const paying = shelf === "panier";
  const [, title, lead] = SHELVES[shelf] || ["", "Votre panier", basket.length ? "" : "Il est vide."];
  document.title = `${title} – Comptoirs Lavigne`;
  $("title").textContent = title;
  $("lead").textContent = lead;
  $("goods").replaceChildren(...GOODS.filter((one) => one.category === shelf).map(item));
  $("order").hidden = !paying || !basket.length;
  $("lines").replaceChildren(...basket.map((one) => { const row = make("li", one.name); row.append(make("span", euros(one.price), { class: "price" })); return row; }));
  for (const link of document.querySelectorAll("nav a")) link.toggleAttribute("aria-current", link.pathname === location.pathname);
  tellParent();
}

function go(path) {
  history.pushState({}, "", path);
  show();
}

function buy() {
  const order_id = "W-" + Date.now().toString(36).toUpperCase();
  const products = basket.map((one) => ({ ...one, quantity: 1 }));
  told(() => triptych.track("Order Completed", { order_id, total: +total().toFixed(2), revenue: +total().toFixed(2), currency: "EUR", channel: "web", products }));
  basket.length = 0;
  count();
  show();
  $("said").textContent = `Commande ${order_id} enregistrée.`;
}

function choices() {
  const given = triptych.consent() || {};
  $("purposes").replaceChildren(...PURPOSES.map(([purpose, title, why]) => {
    const row = make("li");
    const words = make("div");
    words.append(make("b", title), make("span", why));
    const pair = make("div", "", { class: "pair", role: "group", "aria-label": title });
    for (const [word, answer] of [["Refuser", false], ["Accepter", true]]) {
      const button = make("button", word, { type: "button", "aria-pressed": String(given[purpose] === answer), "data-choice": `${purpose}:${answer}` });
      button.addEventListener("click", () => choose({ [purpose]: answer }));
      pair.append(button);
    }
    row.append(words, pair);
    return row;
  }));
  if (triptych.consent()) $("chosen").textContent = "enregistrés, valables 6 mois";
}

function choose(answers) {
  triptych.consent(answers, "banner-1");
  triptych.flush();
  choices();
  tellParent();
}

for (const [path, [word]] of Object.entries(SHELVES)) $("shelves").append(make("a", word, { href: BASE + path, "data-route": "" }));
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-route]");
  if (!link) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("popstate", show);
$("buy").addEventListener("click", buy);
$("all").addEventListener("click", () => choose(Object.fromEntries(PURPOSES.map(([purpose]) => [purpose, true]))));
$("none").addEventListener("click", () => choose(Object.fromEntries(PURPOSES.map(([purpose]) => [purpose, false]))));
$("account").addEventListener("click", () => {
  if (!user) return $("login").showModal();
  user = null;
  triptych.reset();
  $("account").textContent = "Se connecter";
  tellParent();
});
$("login-form").addEventListener("submit", (event) => {
  if (event.submitter?.value !== "ok") return;
  const form = new FormData($("login-form"));
  const [firstName, ...rest] = String(form.get("name")).split(" ");
  const email = String(form.get("email"));
  user = "demo-" + email.toLowerCase();
  $("account").textContent = firstName;
  told(() => triptych.identify(user, { email, firstName, lastName: rest.join(" ") }));
});
addEventListener("message", (event) => {
  if (event.origin !== settings.web || event.data?.triptych !== "forget") return;
  triptych.consent({ analytics: false, personalisation: false, advertising: false });
  for (const name of ["tt_choice", "tt_id", "tt_user"]) document.cookie = `${name}=; Path=/; Max-Age=0`;
  location.assign(BASE + "cafes");
});
setInterval(() => document.hidden || tellVisitor(), 2000);
choices();
show();
