"""The words of signing in and of the account's page, one catalogue a language."""

from __future__ import annotations

from dataclasses import dataclass

from rag.users import Role


@dataclass(frozen=True, slots=True)
class AccountWords:
    """The catalogue of one language. Fields with ``{…}`` are for ``str.format``."""

    sign_in: str
    sign_in_help: str
    name: str
    password: str
    wrong: str
    too_often: str
    account: str
    signed_in_as: str
    roles: dict[Role, str]
    role_help: dict[Role, str]
    sign_out: str
    change_password: str
    present_password: str
    new_password: str
    again: str
    change: str
    changed: str
    present_wrong: str
    differ: str
    bad_length: str
    others_help: str
    end_others: str
    others_ended: str
    readers_only: str
    settings_for_editors: str


ZH = AccountWords(
    sign_in="登录",
    sign_in_help="请用管理员给您的用户名和密码登录。",
    name="用户名",
    password="密码",
    wrong="用户名或密码不对。",
    too_often="尝试次数太多，请在 {time} 后再试。",
    account="账户",
    signed_in_as="已登录：{name}",
    roles={Role.READER: "读者", Role.EDITOR: "编辑"},
    role_help={
        Role.READER: "可以提问、检索、阅读和导出。",
        Role.EDITOR: "可以提问、检索、阅读和导出，也可以上传、更正和移除讲话。",
    },
    sign_out="退出登录",
    change_password="修改密码",
    present_password="现在的密码",
    new_password="新密码",
    again="再输一遍新密码",
    change="修改",
    changed="密码已修改，其他设备上的登录都已失效。",
    present_wrong="现在的密码不对。",
    differ="两次输入的新密码不一样。",
    bad_length="新密码应有 {least} 到 {most} 个字符。",
    others_help="如果在别的电脑上忘了退出，可以在这里让那些登录失效。",
    end_others="退出其他设备",
    others_ended="其他设备上的登录都已失效。",
    readers_only="只有编辑可以上传、更正和移除讲话。",
    settings_for_editors="只有编辑可以更改设置。",
)

EN = AccountWords(
    sign_in="Sign in",
    sign_in_help="Use the name and password that the administrator gave you.",
    name="User name",
    password="Password",
    wrong="The name or the password is wrong.",
    too_often="Too many attempts; try again in {time}.",
    account="Account",
    signed_in_as="Signed in as {name}",
    roles={Role.READER: "reader", Role.EDITOR: "editor"},
    role_help={
        Role.READER: "Asks, searches, reads and exports.",
        Role.EDITOR: "Asks, searches, reads and exports; also uploads, corrects and removes speeches.",
    },
    sign_out="Sign out",
    change_password="Change the password",
    present_password="Present password",
    new_password="New password",
    again="New password again",
    change="Change",
    changed="The password is changed; all other devices are signed out.",
    present_wrong="The present password is wrong.",
    differ="The two new passwords differ.",
    bad_length="A new password has {least} to {most} characters.",
    others_help="If you forgot to sign out on another computer, end its session here.",
    end_others="Sign out other devices",
    others_ended="All other devices are signed out.",
    readers_only="Only editors upload, correct and remove speeches.",
    settings_for_editors="Only editors change settings.",
)


def for_seconds(seconds: int, lang: str) -> str:
    """A time to wait, in words: exact to the second."""
    minutes, rest = divmod(seconds, 60)
    if lang.startswith("zh"):
        return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
