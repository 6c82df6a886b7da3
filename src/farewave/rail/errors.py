"""What rail can be refused, in order of precedence."""

from farewave.kit.outcome import RefusalCode


class RailRefusal(RefusalCode):
    """`NAME = code, http_status, zh, en`."""

    STATION_UNKNOWN = (
        "rail.station_unknown",
        422,
        "没有这个车站：{telecode}。",
        "There is no such station: {telecode}.",
    )
    SAME_PLACE = (
        "rail.same_place",
        422,
        "出发地和目的地不能是同一个城市。",
        "Departure and destination are in the same city.",
    )
    OUTSIDE_PRESALE = (
        "rail.outside_presale",
        422,
        "该日期不在预售期内，可购买 {first_day} 至 {last_day} 的车票。",
        "Tickets are on sale from {first_day} to {last_day} only.",
    )
    TRAIN_UNKNOWN = ("rail.train_unknown", 404, "没有这趟列车。", "There is no such train.")
    NOT_SERVED = (
        "rail.not_served",
        422,
        "该列车不经过所选的出发站和到达站。",
        "This train doesn't run between these stations.",
    )
    NOT_RUNNING = (
        "rail.not_running",
        422,
        "该列车当日不开行。",
        "This train doesn't run on that day.",
    )
    CLASS_UNKNOWN = (
        "rail.class_unknown",
        422,
        "该列车没有这种席别。",
        "This train doesn't have that class.",
    )
    SALE_CLOSED = (
        "rail.sale_closed",
        409,
        "该列车即将开车或已开车，已停止发售。",
        "Sale has ended: the train is about to leave or has left.",
    )
    REAL_NAME_NEEDED = (
        "rail.real_name_needed",
        403,
        "购票前请先完成实名认证。",
        "Set your real name before you buy tickets.",
    )
    NAME_INVALID = (
        "rail.name_invalid",
        422,
        "请填写证件上的真实姓名。",
        "Enter the name exactly as it stands on the identity card.",
    )
    IDENTITY_INVALID = (
        "rail.identity_invalid",
        422,
        "身份证号码有误，请核对。",
        "This is not a valid identity number. Please check it.",
    )
    PHONE_INVALID = (
        "rail.phone_invalid",
        422,
        "请输入正确的 11 位手机号。",
        "Enter a mainland mobile number of 11 digits.",
    )
    PASSENGER_TAKEN = (
        "rail.passenger_taken",
        409,
        "该证件号码的乘车人已在您的列表中。",
        "This identity number is already in your list.",
    )
    PASSENGERS_FULL = (
        "rail.passengers_full",
        409,
        "常用乘车人最多 {most} 位。",
        "An account has at most {most} passengers.",
    )
    PASSENGER_UNKNOWN = (
        "rail.passenger_unknown",
        404,
        "没有找到该乘车人。",
        "There is no such passenger in your list.",
    )
    PASSENGER_IS_SELF = (
        "rail.passenger_is_self",
        409,
        "不能删除本人。",
        "You can't remove yourself.",
    )
    PASSENGER_COUNT = (
        "rail.passenger_count",
        422,
        "一次可为 1 至 {most} 位不同的乘车人购票。",
        "An order is for one to {most} different passengers.",
    )
    CHILD = (
        "rail.child",
        422,
        "暂不发售儿童票：{name} 乘车时未满 {age} 周岁。",
        "Child tickets aren't sold yet: {name} will be under {age}.",
    )
    ORDER_UNKNOWN = ("rail.order_unknown", 404, "没有找到该订单。", "There is no such order.")
    TOO_MANY_CANCELS = (
        "rail.too_many_cancels",
        409,
        "由于您取消次数过多，今日将不能继续受理您的订票请求。",
        "You have cancelled too often today; no more orders until tomorrow.",
    )
    ORDER_OPEN = (
        "rail.order_open",
        409,
        "您还有未处理的订单，请先支付或取消。",
        "You have an unpaid order. Pay or cancel it first.",
    )
    TIME_CONFLICT = (
        "rail.time_conflict",
        409,
        "{name} 与本人已购车票行程冲突。",
        "{name} already has a ticket or an unpaid order for that time.",
    )
    TIMETABLE_CHANGED = (
        "rail.timetable_changed",
        409,
        "列车时刻已调整，请重新查询。",
        "The timetable has just changed. Please search again.",
    )
    SOLD_OUT = (
        "rail.sold_out",
        409,
        "余票不足，仅剩 {left} 张。",
        "Not enough seats: {left} left.",
    )
    ORDER_PAID = (
        "rail.order_paid",
        409,
        "该订单已支付，不能取消。",
        "This order is paid and can't be cancelled.",
    )
    ORDER_ENDED = (
        "rail.order_ended",
        409,
        "该订单已结束，不能取消。",
        "This order has ended and can't be cancelled.",
    )
    TICKET_UNKNOWN = ("rail.ticket_unknown", 404, "没有找到该车票。", "There is no such ticket.")
    GATE_TOKEN_WRONG = (
        "rail.gate_token_wrong",
        403,
        "闸机凭证无效。",
        "The gate's token is missing or wrong.",
    )
    PAYMENT_UNSURE = (
        "rail.payment_unsure",
        409,
        "暂时无法确认该订单是否已支付，未作更改，请稍后再试。",
        "Whether this order is paid can't be told now. Nothing was changed; try again shortly.",
    )
