// Everything that the shop asks of the Open Platform, and believes of it: the official SDK alone.
import { AlipaySdk } from "alipay-sdk";
import { yuan } from "./goods.mjs";

const SIGNED = { validateSign: true };
const APP_NODE = "alipay_trade_app_pay_response";

export class Platform {
  #app;
  #shop;
  #sdk;

  /** `app` is what `farewave app create` printed; `shop` the shop's own address. */
  constructor(app, shop) {
    this.#app = app;
    this.#shop = shop;
    this.#sdk = new AlipaySdk({
      gateway: app.gateway_url,
      endpoint: new URL(app.gateway_url).origin,
      appId: app.app_id,
      privateKey: app.private_key_pkcs1,
      alipayPublicKey: app.platform_public_key,
    });
  }

  /** Where somebody lets the shop know who they are. */
  signInAddress(state) {
    const address = new URL("/oauth2/publicAppAuthorize.htm", this.#app.gateway_url);
    address.search = new URLSearchParams({
      app_id: this.#app.app_id,
      scope: "auth_user",
      redirect_uri: `${this.#shop}/signed-in`,
      state,
    });
    return address.href;
  }

  /** Who came back with `code`: their number and name. Throws when the code is no good. */
  async signedIn(code) {
    const asked = { grantType: "authorization_code", code };
    const { accessToken, userId } = await this.#sdk.exec("alipay.system.oauth.token", asked, SIGNED);
    if (!accessToken) throw new Error("the code was refused");
    const who = await this.#sdk.exec("alipay.user.info.share", { auth_token: accessToken }, SIGNED);
    return { userId, name: who.nickName ?? userId };
  }

  /** Where a phone's browser pays an order. */
  wapAddress(order, subject) {
    const params = this.#params(order, subject, "QUICK_WAP_WAY", "wap");
    return this.#sdk.pageExec("alipay.trade.wap.pay", "GET", params);
  }

  /** The link that opens the wallet app's cashier with a signed order string. */
  appLink(order, subject) {
    const params = this.#params(order, subject, "QUICK_MSECURITY_PAY", "app");
    return `${this.#app.gateway_url}?${this.#sdk.sdkExec("alipay.trade.app.pay", params)}`;
  }

  #params(order, subject, productCode, way) {
    const bizContent = {
      outTradeNo: order.id,
      totalAmount: yuan(order.fen),
      subject,
      productCode,
      timeoutExpress: "30m",
    };
    if (way === "wap") bizContent.quitUrl = `${this.#shop}/orders/${order.id}`;
    const returnUrl = `${this.#shop}/returned/${way}?order=${order.id}`;
    return { bizContent, notifyUrl: `${this.#shop}/notify`, returnUrl };
  }

  /** Whether a browser that came back brings what the platform signed. It isn't proof of payment. */
  isReturn(way, query) {
    if (way === "wap") return this.#sdk.checkNotifySignV2(query);
    try {
      const { sign, sign_type: signType } = JSON.parse(query.result);
      const start = `{"${APP_NODE}":`.length;
      const node = query.result.slice(start, query.result.lastIndexOf(',"sign":"'));
      return this.#sdk.rsaCheck(node, sign, signType);
    } catch {
      return false;
    }
  }

  /**
   * What a notification says of `order`, or null when it isn't to be believed: a foreign signature,
   * another application or seller, another amount.
   */
  told(fields, order) {
    const own =
      fields.app_id === this.#app.app_id &&
      fields.seller_id === this.#app.seller_id &&
      fields.total_amount === yuan(order.fen);
    if (!own || !this.#sdk.checkNotifySignV2(fields)) return null;
    return statusOf(fields.trade_status, fields.refund_fee);
  }

  /** What the platform says of an order when it is asked, or null when it knows of none. */
  async asked(order) {
    const bizContent = { outTradeNo: order.id };
    const seen = await this.#sdk.exec("alipay.trade.query", { bizContent }, SIGNED);
    if (seen.code !== "10000" || seen.totalAmount !== yuan(order.fen)) return null;
    return statusOf(seen.tradeStatus);
  }

  /** Gives the whole amount back; again is the same refund. Null when it was, else why not. */
  async refunded(order) {
    const bizContent = {
      outTradeNo: order.id,
      refundAmount: yuan(order.fen),
      outRequestNo: `${order.id}R`,
    };
    const done = await this.#sdk.exec("alipay.trade.refund", { bizContent }, SIGNED);
    return done.code === "10000" ? null : (done.subMsg ?? done.msg);
  }
}

/** The trade's status in the shop's words; a trade closes after a whole refund, too. */
function statusOf(tradeStatus, refundFee) {
  if (refundFee !== undefined) return tradeStatus === "TRADE_CLOSED" ? "refunded" : "paid";
  return { TRADE_SUCCESS: "paid", TRADE_FINISHED: "paid", TRADE_CLOSED: "closed" }[tradeStatus] ?? null;
}
