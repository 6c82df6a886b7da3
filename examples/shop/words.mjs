// What the shop says, in both languages.

const WORDS = {
  zh: {
    lang: "zh-CN", shop: "小满集市", lead: "小得盈满，日日好用。", other: "English", otherCode: "en",
    signIn: "用 Farewave 登录", signOut: "退出", ordersOf: "{name} · 我的订单", orders: "我的订单", back: "返回",
    price: "¥{yuan}", payApp: "在 Farewave 应用中付款", payWap: "在浏览器中付款", signInFirst: "登录后购买",
    number: "订单号", amount: "金额", way: "付款方式", wayApp: "应用付款", wayWap: "浏览器付款",
    waiting: "等待付款", paid: "已付款", refunded: "已退款", closed: "已关闭",
    waitingText: "付款后，这一页会自动更新。", paidText: "谢谢！我们这就打包。",
    refundedText: "款项已退回你的钱包。", closedText: "没有付款，订单已关闭。",
    payAgain: "去付款", refund: "退款", news: "经过", byNotification: "平台通知：{status}", byQuery: "主动查询：{status}",
    byRefund: "退款应答：{status}", none: "还没有订单", noneText: "挑一件喜欢的吧。", toGoods: "看看商品",
    notSignedIn: "登录没有完成", notSignedInText: "你没有同意，或者页面已失效。", notFound: "没有这个页面",
    notTrue: "签名不对，没有采信。", refundFailed: "退款没有成功：{why}", away: "平台暂时没有应答，请稍后再试。",
    demo: "示例商店：由 Farewave 沙盒收款，不是真的钱。",
  },
  en: {
    lang: "en", shop: "Xiaoman Market", lead: "Small things, good every day.", other: "中文", otherCode: "zh",
    signIn: "Sign in with Farewave", signOut: "Sign out", ordersOf: "{name} · My orders", orders: "My orders", back: "Back",
    price: "¥{yuan}", payApp: "Pay in the Farewave app", payWap: "Pay in the browser", signInFirst: "Sign in to buy",
    number: "Order number", amount: "Amount", way: "Paid by", wayApp: "App", wayWap: "Browser",
    waiting: "Waiting for payment", paid: "Paid", refunded: "Refunded", closed: "Closed",
    waitingText: "This page changes by itself once you have paid.", paidText: "Thank you! We are wrapping it now.",
    refundedText: "The money is back in your wallet.", closedText: "It wasn't paid, so the order was closed.",
    payAgain: "Go and pay", refund: "Refund", news: "What happened", byNotification: "The platform notified: {status}",
    byQuery: "Asked the platform: {status}", byRefund: "Answer to the refund: {status}", none: "No orders yet",
    noneText: "Choose something you like.", toGoods: "See the goods", notSignedIn: "You aren't signed in",
    notSignedInText: "You didn't agree, or the page was out of date.", notFound: "There is no such page",
    notTrue: "The signature is wrong; nothing was believed.", refundFailed: "The refund failed: {why}",
    away: "The platform doesn't answer just now. Please try again in a moment.",
    demo: "An example shop: Farewave's sandbox takes the money, and it isn't real.",
  },
};

/** `say("hello", { name })` in the language of this request. */
export function wordsFor(request, cookies) {
  const asked = cookies.lang ?? (request.headers["accept-language"] ?? "zh").slice(0, 2);
  const words = WORDS[asked === "en" ? "en" : "zh"];
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
