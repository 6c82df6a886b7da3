// The shop's server: pages, sign-in, orders, and the door for the platform's notifications.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { goodsOf } from "./goods.mjs";
import { Orders } from "./orders.mjs";
import { goodsPage, homePage, oddPage, orderPage, ordersPage } from "./pages.mjs";
import { Platform } from "./platform.mjs";
import { wordsFor } from "./words.mjs";

const PORT = Number(process.env.SHOP_PORT ?? 8100);
const DATA = process.env.SHOP_DATA ?? ".";
const SHOP = `http://127.0.0.1:${PORT}`;
const BODY_MAX = 64 * 1024;
const FILES = { "/style.css": "text/css", "/live.js": "text/javascript" };

const platform = new Platform(JSON.parse(readFileSync(`${DATA}/app.json`, "utf8")), SHOP);
const orders = new Orders(`${DATA}/orders.json`);
const people = new Map(); // by session

const token = () => randomBytes(24).toString("base64url");
const cookie = (name, value, seconds) =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;
function equal(one, other) {
  const [octets, others] = [Buffer.from(one), Buffer.from(other)];
  return octets.length === others.length && timingSafeEqual(octets, others);
}

/** One request, with what every answer needs. */
class Visit {
  constructor(request, response) {
    this.request = request;
    this.response = response;
    this.url = new URL(request.url, SHOP);
    this.query = Object.fromEntries(this.url.searchParams);
    const pairs = (request.headers.cookie ?? "").split("; ").map((pair) => pair.split("="));
    this.cookies = Object.fromEntries(pairs);
    this.say = wordsFor(request, this.cookies);
    this.person = people.get(this.cookies.session) ?? null;
  }

  show(html, status = 200) {
    this.send(status, "text/html; charset=utf-8", html, {
      "content-security-policy":
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
      "cache-control": "no-store",
    });
  }

  send(status, type, body, headers = {}) {
    this.response.writeHead(status, { "content-type": type, ...headers }).end(body);
  }

  goTo(location, cookies = []) {
    this.response.writeHead(303, { location, "set-cookie": cookies }).end();
  }

  odd(key, status, more) {
    this.show(oddPage(this.say, this.person, this.say(key), more && this.say(more)), status);
  }

  async form() {
    const chunks = [];
    let size = 0;
    for await (const chunk of this.request) {
      size += chunk.length;
      if (size > BODY_MAX) throw new Error("too large");
      chunks.push(chunk);
    }
    return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
  }

  /** An order of whoever is signed in. */
  own(id) {
    const order = orders.get(id);
    return order && this.person?.userId === order.buyer ? order : null;
  }
}

function signIn(visit) {
  const state = token();
  const to = visit.query.to?.startsWith("/goods/") ? visit.query.to : "/";
  const kept = [cookie("state", state, 1800), cookie("to", encodeURIComponent(to), 1800)];
  visit.goTo(platform.signInAddress(state), kept);
}

async function signedIn(visit) {
  const { auth_code: code, state } = visit.query;
  // Only who left from here may come back: else anybody could be signed in as somebody else.
  if (!code || !state || !equal(state, visit.cookies.state ?? "")) {
    return visit.odd("notSignedIn", 400, "notSignedInText");
  }
  let who;
  try {
    who = await platform.signedIn(code);
  } catch {
    return visit.odd("notSignedIn", 400, "notSignedInText");
  }
  const session = token();
  people.set(session, who);
  const to = decodeURIComponent(visit.cookies.to ?? "/");
  return visit.goTo(to, [cookie("session", session, 86_400), cookie("state", "", 0), cookie("to", "", 0)]);
}

function toCashier(visit, order) {
  const goods = goodsOf(order.goods);
  const subject = visit.say("otherCode") === "en" ? goods.zh : goods.en;
  visit.goTo(order.way === "app" ? platform.appLink(order, subject) : platform.wapAddress(order, subject));
}

async function makeOrder(visit) {
  const { goods: id, way } = await visit.form();
  const goods = goodsOf(id);
  if (!goods || !["app", "wap"].includes(way)) return visit.odd("notFound", 404);
  if (!visit.person) return visit.goTo(`/sign-in?to=/goods/${id}`);
  return toCashier(visit, orders.make(visit.person.userId, goods, way));
}

/** Back from the cashier. The browser is believed only so far that it's worth asking the platform. */
async function returned(visit, way) {
  const order = visit.own(visit.query.order);
  if (!order) return visit.odd("notFound", 404);
  const cancelled = way === "app" && visit.query.resultStatus === "6001";
  if (!cancelled && !platform.isReturn(way, visit.query)) {
    return visit.show(orderPage(visit.say, visit.person, order, visit.say("notTrue")), 400);
  }
  const status = cancelled ? null : await platform.asked(order);
  if (status) orders.told(order, status, "byQuery", "returned");
  return visit.goTo(`/orders/${order.id}`);
}

async function notified(visit) {
  const fields = await visit.form();
  const order = orders.get(fields.out_trade_no);
  const status = order ? platform.told(fields, order) : null;
  if (status) orders.told(order, status, "byNotification", fields.notify_id);
  visit.send(200, "text/plain", status ? "success" : "failure");
}

async function refund(visit, order) {
  if (order.status !== "paid") return visit.goTo(`/orders/${order.id}`);
  const why = await platform.refunded(order);
  if (why) {
    const warning = visit.say("refundFailed", { why });
    return visit.show(orderPage(visit.say, visit.person, order, warning), 409);
  }
  orders.told(order, "refunded", "byRefund", "asked");
  return visit.goTo(`/orders/${order.id}`);
}

async function get(visit) {
  const { pathname } = visit.url;
  const { say, person } = visit;
  const [, first, second = ""] = pathname.split("/");
  if (pathname === "/") return visit.show(homePage(say, person));
  if (FILES[pathname]) return visit.send(200, FILES[pathname], readFileSync(`.${pathname}`));
  if (pathname === "/sign-in") return signIn(visit);
  if (pathname === "/signed-in") return signedIn(visit);
  if (first === "goods" && goodsOf(second)) return visit.show(goodsPage(say, person, goodsOf(second)));
  if (first === "returned" && ["app", "wap"].includes(second)) return returned(visit, second);
  if (first === "orders" && !person) return visit.goTo("/sign-in");
  if (pathname === "/orders") return visit.show(ordersPage(say, person, orders.of(person.userId)));
  const order = first === "orders" ? visit.own(second.replace(/\.json$/, "")) : null;
  if (!order) return visit.odd("notFound", 404);
  if (!second.endsWith(".json")) return visit.show(orderPage(say, person, order));
  return visit.send(200, "application/json", JSON.stringify({ status: order.status }));
}

async function post(visit) {
  const { pathname } = visit.url;
  if (pathname === "/notify") return notified(visit);
  // Only the shop's own pages may act for who is signed in; the platform's door is signed instead.
  if (visit.request.headers.origin !== SHOP) return visit.odd("notFound", 403);
  if (pathname === "/language") {
    const { lang } = await visit.form();
    return visit.goTo("/", [cookie("lang", lang === "en" ? "en" : "zh", 31_536_000)]);
  }
  if (pathname === "/sign-out") {
    people.delete(visit.cookies.session);
    return visit.goTo("/", [cookie("session", "", 0)]);
  }
  if (pathname === "/orders") return makeOrder(visit);
  const [, first, id, act] = pathname.split("/");
  const order = first === "orders" ? visit.own(id) : null;
  if (order && act === "pay") return toCashier(visit, order);
  if (order && act === "refund") return refund(visit, order);
  return visit.odd("notFound", 404);
}

async function answer(request, response) {
  let visit;
  try {
    visit = new Visit(request, response);
  } catch {
    response.writeHead(400).end(); // what was asked for is no address
    return;
  }
  try {
    await (request.method === "POST" ? post(visit) : get(visit));
  } catch (problem) {
    console.error(`${request.method} ${visit.url.pathname}: ${problem.message}`);
    if (!response.headersSent) visit.odd("away", 502);
  }
}

createServer(answer).listen(PORT, "127.0.0.1", () => console.log(`The shop is at ${SHOP}`));
