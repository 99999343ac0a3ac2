"""The commands ``jianghua user …``: who may use the server. They work while it runs."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING, Any

from rag.console import DONE, notice, print_json, print_line
from rag.errors import UnknownLibraryError, UsageError
from rag.settings import ROLES, Settings

if TYPE_CHECKING:
    from rag.access import Accounts

_LABEL = "default"


def add_user_commands(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401
    """Add them to the parser's ``commands``; ``common`` has the options of all commands."""
    user = commands.add_parser(
        "user", help="who may use the server: add, list, remove, password, role, token, revoke"
    )
    parts = user.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, run, about in (
        ("add", _add, "adds a user; the password is asked for, or read from stdin"),
        ("list", _list, "all users with their roles and the labels of their tokens"),
        ("remove", _remove, "removes a user with sessions, tokens and conversations"),
        ("password", _password, "gives a user another password; all sessions end"),
        ("role", _role, "gives a user another role"),
        ("token", _token, "makes a token for a program that asks in a user's name"),
        ("revoke", _revoke, "makes a token worthless"),
    ):
        added = parts.add_parser(name, help=about, description=about, parents=[common])
        added.set_defaults(command=run)
        if name != "list":
            added.add_argument("name", metavar="NAME")
        if name == "add":
            added.add_argument("--role", choices=ROLES, default="reader", help="(default: reader)")
        elif name == "role":
            added.add_argument("role", choices=ROLES, metavar="ROLE")
        elif name in {"token", "revoke"}:
            added.add_argument("label", nargs="?", default=_LABEL, metavar="LABEL")


def _add(options: argparse.Namespace, settings: Settings) -> int:
    from rag.users import Role

    first = not _any_users(settings)
    accounts = _accounts(settings)
    user = accounts.users.add(options.name, _new_password(), Role(options.role))
    if first:
        notice("A server that runs already asks for users from its next start.")
    return _done(options, f"Added {user.name} as {user.role}.", name=user.name, role=user.role)


def _list(options: argparse.Namespace, settings: Settings) -> int:
    accounts = _accounts(settings) if _any_users(settings) else None
    users = accounts.users.all() if accounts else []
    tokens = {user.name: accounts.tokens.labels(user) for user in users} if accounts else {}
    if options.json:
        found = [{"name": u.name, "role": u.role, "tokens": tokens[u.name]} for u in users]
        print_json({"users": found})
        return DONE
    for user in users:
        print_line("\t".join([user.name, user.role, ", ".join(tokens[user.name])]).rstrip())
    return DONE


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    accounts = _accounts(settings)
    user = accounts.users.named(options.name)
    accounts.users.remove(user)
    return _done(options, f"Removed {user.name}.", removed=user.name)


def _password(options: argparse.Namespace, settings: Settings) -> int:
    accounts = _accounts(settings)
    user = accounts.users.named(options.name)
    accounts.users.set_password(user, _new_password())
    return _done(options, f"{user.name} has another password.", name=user.name)


def _role(options: argparse.Namespace, settings: Settings) -> int:
    from rag.users import Role

    accounts = _accounts(settings)
    user = accounts.users.named(options.name)
    accounts.users.set_role(user, Role(options.role))
    return _done(options, f"{user.name} is {options.role}.", name=user.name, role=options.role)


def _token(options: argparse.Namespace, settings: Settings) -> int:
    accounts = _accounts(settings)
    token = accounts.tokens.make(accounts.users.named(options.name), options.label)
    notice("This is shown once; a program sends it as `Authorization: Bearer TOKEN`.")
    return _done(options, token, token=token)


def _revoke(options: argparse.Namespace, settings: Settings) -> int:
    accounts = _accounts(settings)
    user = accounts.users.named(options.name)
    accounts.tokens.revoke(user, options.label)
    return _done(options, f"Revoked {options.label} of {user.name}.", revoked=options.label)


def _done(options: argparse.Namespace, said: str, **told: str) -> int:
    if options.json:
        print_json(told)
    else:
        print_line(said)
    return DONE


def _new_password() -> str:
    """Asked for twice at a terminal, else one line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise UsageError("the two passwords differ.")
    return password


def _any_users(settings: Settings) -> bool:
    from rag.user_file import UserFile

    return UserFile.is_in(settings.library)


def _accounts(settings: Settings) -> Accounts:
    from rag.access import Accounts
    from rag.user_file import UserFile

    if not settings.library.is_dir():
        raise UnknownLibraryError(
            f"there is no library in {settings.library}; make one with `jianghua ingest PATH`, "
            "or name another with --library"
        )
    return Accounts.of(UserFile(settings.library))
