"""What people can be refused, in order of precedence."""

from farewave.kit.outcome import RefusalCode


class PeopleRefusal(RefusalCode):
    """`NAME = code, http_status, zh, en`; 401 means signed out and nothing else."""

    SIGNED_OUT = (
        "people.signed_out",
        401,
        "登录已失效，请重新登录。",
        "You are signed out. Please sign in.",
    )
    DEVICE_UNKNOWN = (
        "people.device_unknown",
        404,
        "没有找到这台设备。",
        "You have no such device.",
    )
    PHONE_INVALID = (
        "people.phone_invalid",
        422,
        "请输入正确的 11 位手机号。",
        "Enter a mainland mobile number of 11 digits.",
    )
    PASSWORD_WEAK = (
        "people.password_weak",
        422,
        "登录密码须为 8–64 位，并同时含有字母和数字。",
        "A password has 8 to 64 characters with at least one letter and one digit.",
    )
    CODE_DAILY_LIMIT = (
        "people.code_daily_limit",
        429,
        "该手机号今天获取验证码的次数已达上限，请明天再试。",
        "This number has had all its codes for today. Try again tomorrow.",
    )
    CODE_TOO_SOON = (
        "people.code_too_soon",
        429,
        "验证码刚刚发出，请 {seconds} 秒后再试。",
        "A code was sent a moment ago. Ask again in {seconds} seconds.",
    )
    CODE_EXPIRED = (
        "people.code_expired",
        410,
        "验证码已失效，请重新获取。",
        "The code is no longer valid. Ask for a new one.",
    )
    CODE_DEAD = (
        "people.code_dead",
        410,
        "验证码输错次数过多，已作废，请重新获取。",
        "Too many wrong tries; the code is void. Ask for a new one.",
    )
    CODE_WRONG = (
        "people.code_wrong",
        403,
        "验证码不正确，还可以再试 {tries_left} 次。",
        "The code is wrong. Tries left: {tries_left}.",
    )
    PHONE_TAKEN = (
        "people.phone_taken",
        409,
        "该手机号已注册，请直接登录。",
        "This number already has an account. Please sign in.",
    )
    NOT_REGISTERED = (
        "people.not_registered",
        404,
        "该手机号尚未注册，请先注册。",
        "This number has no account yet. Please sign up.",
    )
    SIGN_IN_LOCKED = (
        "people.sign_in_locked",
        423,
        "密码输错次数过多，请 {minutes} 分钟后再试，或使用验证码登录。",
        "Too many wrong passwords. Try again in {minutes} minutes, or sign in with a code.",
    )
    SIGN_IN_WRONG = (
        "people.sign_in_wrong",
        403,
        "手机号或密码不正确，还可以再试 {tries_left} 次。",
        "The number or the password is wrong. Tries left: {tries_left}.",
    )
    PASSWORD_WRONG = (
        "people.password_wrong",
        403,
        "登录密码不正确，还可以再试 {tries_left} 次。",
        "The sign-in password is wrong. Tries left: {tries_left}.",
    )
    PAY_PASSWORD_FORM = (
        "people.pay_password_form",
        422,
        "支付密码须为 6 位数字。",
        "A pay password has exactly six digits.",
    )
    PAY_PASSWORD_TRIVIAL = (
        "people.pay_password_trivial",
        422,
        "支付密码过于简单：不能是相同或连续的数字、本人生日或手机号后六位。",
        "Too easy to guess: not equal digits, not a run, not your birthday, not your phone number.",
    )
    PAY_PASSWORD_NOT_SET = (
        "people.pay_password_not_set",
        409,
        "您还没有设置支付密码。",
        "You have not set a pay password yet.",
    )
    PAY_PASSWORD_LOCKED = (
        "people.pay_password_locked",
        423,
        "支付密码输错次数过多，已锁定，请 {minutes} 分钟后再试。",
        "Too many wrong tries; the pay password is locked for {minutes} minutes.",
    )
    PAY_PASSWORD_WRONG = (
        "people.pay_password_wrong",
        403,
        "支付密码不正确，还可以再试 {tries_left} 次。",
        "The pay password is wrong. Tries left: {tries_left}.",
    )
    NAME_INVALID = (
        "people.name_invalid",
        422,
        "请填写证件上的真实姓名。",
        "Enter the name exactly as it stands on the identity card.",
    )
    IDENTITY_INVALID = (
        "people.identity_invalid",
        422,
        "身份证号码有误，请核对。",
        "This is not a valid identity number. Please check it.",
    )
    TOO_YOUNG = (
        "people.too_young",
        403,
        "未满 {age} 周岁不能实名开户。",
        "An account needs an age of at least {age}.",
    )
    REAL_NAME_SET = (
        "people.real_name_set",
        409,
        "实名信息已认证，不能更改。",
        "Your real name is already set and can't be changed.",
    )
    IDENTITY_TAKEN = (
        "people.identity_taken",
        409,
        "该身份证号码已实名认证另一个账户。",
        "This identity number already belongs to another account.",
    )
