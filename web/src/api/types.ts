import type { components } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["Session"];
export type Person = Schemas["Person"];
export type Device = Schemas["Device"];
export type Payee = Schemas["Payee"];
export type Transfer = Schemas["Transfer"];
export type Bank = Schemas["Bank"];
export type Card = Schemas["Card"];
export type CardBinding = Schemas["CardBinding"];
export type Wallet = Schemas["Wallet"];
export type TopUp = Schemas["TopUp"];
export type Withdrawal = Schemas["Withdrawal"];
export type Bill = Schemas["Bill"];
export type Bills = Schemas["Bills"];
export type Cashier = Schemas["Cashier"];
export type Fund = Schemas["CashierFund"];
export type Checkout = Schemas["Checkout"];
export type Consent = Schemas["ConsentPage"];
export type ShownPayCode = Schemas["ShownPayCode"];
export type PayCodeState = Schemas["PayCodeState"];
export type PayCodeRefusal = Schemas["PayCodeRefusal"];
export type PaidByCode = Schemas["PaidByCode"];
export type BankFault = Schemas["BankFault"];
export type Fault = Schemas["Fault"];
export type GatewaySwitchboard = Schemas["GatewaySwitchboard"];
export type GatewayFaultLeft = Schemas["GatewayFaultLeft"];
export type GatewayFaultKind = Schemas["CallFault"];

export type Station = Schemas["Station"];
export type Sale = Schemas["Sale"];
export type Offer = Schemas["Offer"];
export type Offers = Schemas["Offers"];
export type Stops = Schemas["Stops"];
export type Passenger = Schemas["Passenger"];
export type Order = Schemas["Order"];
export type Ticket = Schemas["Ticket"];
