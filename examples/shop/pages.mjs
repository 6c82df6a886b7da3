// The shop's pages, as text. Whatever came from outside goes through `text`.
import { GOODS, goodsOf, yuan } from "./goods.mjs";

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const text = (raw) => String(raw).replace(/[&<>"']/g, (letter) => ESCAPES[letter]);

const nameOf = (goods, say) => (say("otherCode") === "en" ? goods.zh : goods.en);
const textOf = (goods, say) => (say("otherCode") === "en" ? goods.textZh : goods.textEn);

/** A whole page. `person` null: nobody is signed in. */
function page(say, person, title, main, back) {
  const who = person
    ? `<a class="who" href="/orders">${text(say("ordersOf", { name: person.name }))}</a>`
    : `<a class="who" href="/sign-in">${text(say("signIn"))}</a>`;
  const start = back
    ? `<a class="back" href="${back}" aria-label="${text(say("back"))}">←</a>`
    : `<span class="mark" aria-hidden="true">满</span>`;
  return `<!doctype html>
<html lang="${say("lang")}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)} · ${text(say("shop"))}</title>
<link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,">
<header><div class="bar">${start}<a class="name" href="/">${text(say("shop"))}</a>${who}</div></header>
<main>${main}</main>
<footer><p>${text(say("demo"))}</p>
<form method="post" action="/language"><button class="plain" name="lang" value="${say("otherCode")}">${say("other")}</button></form>
${person ? `<form method="post" action="/sign-out"><button class="plain">${text(say("signOut"))}</button></form>` : ""}
</footer>
</html>`;
}

export function homePage(say, person) {
  const cards = GOODS.map(
    (goods) => `<li><a class="card" href="/goods/${goods.id}">${goods.picture}
<span class="title">${text(nameOf(goods, say))}</span>
<span class="price">${say("price", { yuan: yuan(goods.fen) })}</span></a></li>`,
  );
  const main = `<h1>${text(say("shop"))}</h1><p class="lead">${text(say("lead"))}</p>
<ul class="grid">${cards.join("")}</ul>`;
  return page(say, person, say("lead"), main);
}

export function goodsPage(say, person, goods) {
  const buy = person
    ? `<form method="post" action="/orders"><input type="hidden" name="goods" value="${goods.id}">
<button name="way" value="app">${text(say("payApp"))}</button>
<button class="second" name="way" value="wap">${text(say("payWap"))}</button></form>`
    : `<a class="button" href="/sign-in?to=/goods/${goods.id}">${text(say("signInFirst"))}</a>`;
  const main = `<article class="goods"><div class="picture">${goods.picture}</div><div>
<h1>${text(nameOf(goods, say))}</h1><p class="lead">${text(textOf(goods, say))}</p>
<p class="price big">${say("price", { yuan: yuan(goods.fen) })}</p>${buy}</div></article>`;
  return page(say, person, nameOf(goods, say), main, "/");
}

export function ordersPage(say, person, orders) {
  const rows = orders.map((order) => {
    const goods = goodsOf(order.goods);
    return `<li><a class="row" href="/orders/${order.id}"><span class="thumb">${goods.picture}</span>
<span class="words"><span class="title">${text(nameOf(goods, say))}</span>
<span class="note">${say("price", { yuan: yuan(order.fen) })}</span></span>
<span class="status ${order.status}">${text(say(order.status))}</span></a></li>`;
  });
  const none = `<div class="empty"><p class="title">${text(say("none"))}</p><p>${text(say("noneText"))}</p>
<a class="button" href="/">${text(say("toGoods"))}</a></div>`;
  const main = `<h1>${text(say("orders"))}</h1>${orders.length ? `<ul class="rows">${rows.join("")}</ul>` : none}`;
  return page(say, person, say("orders"), main, "/");
}

export function orderPage(say, person, order, warning) {
  const goods = goodsOf(order.goods);
  const news = order.news.map(({ status, by, at }) => {
    const time = new Date(at).toLocaleTimeString(say("lang"), { timeZone: "Asia/Shanghai" });
    return `<li><time>${time}</time> ${text(say(by, { status: say(status) }))}</li>`;
  });
  const act = { waiting: ["pay", "payAgain"], paid: ["refund", "refund"] }[order.status];
  const button = act
    ? `<form method="post" action="/orders/${order.id}/${act[0]}">
<button class="${act[0] === "refund" ? "second" : ""}">${text(say(act[1]))}</button></form>`
    : "";
  const main = `<section class="order" data-order="${order.id}" data-status="${order.status}">
${warning ? `<p class="warning" role="alert">${text(warning)}</p>` : ""}
<h1 class="${order.status}">${text(say(order.status))}</h1><p class="lead">${text(say(`${order.status}Text`))}</p>
<div class="row"><span class="thumb">${goods.picture}</span><span class="title">${text(nameOf(goods, say))}</span></div>
<dl><dt>${text(say("amount"))}</dt><dd>${say("price", { yuan: yuan(order.fen) })}</dd>
<dt>${text(say("way"))}</dt><dd>${text(say(order.way === "app" ? "wayApp" : "wayWap"))}</dd>
<dt>${text(say("number"))}</dt><dd class="number">${order.id}</dd></dl>${button}
${news.length ? `<h2>${text(say("news"))}</h2><ol class="news">${news.join("")}</ol>` : ""}
</section><script src="/live.js" type="module"></script>`;
  return page(say, person, say(order.status), main, "/orders");
}

export function oddPage(say, person, title, lead) {
  const main = `<div class="empty"><h1>${text(title)}</h1>${lead ? `<p>${text(lead)}</p>` : ""}
<a class="button" href="/">${text(say("toGoods"))}</a></div>`;
  return page(say, person, title, main, "/");
}
