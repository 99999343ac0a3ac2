"""What Gradio's functions are given: a library that editors change, conversations of who asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from accounts import EDITOR, READER, accounts_in
from test_signing_in import conversation
from web_fakes import MemoryLibrary

from rag.conversation_keeper import ConversationKeeper
from rag.editing import EditorsOnly, NotAnEditorError
from rag.kept_conversations import Conversations, as_kept
from rag.services import Library
from rag.users import Role
from rag.visitors import Visitor


@pytest.mark.parametrize("role", [None, Role.READER])
def test_who_is_no_editor_changes_nothing(tmp_path: Path, role: Role | None) -> None:
    inner = MemoryLibrary(root=tmp_path)
    library: Library = EditorsOnly(inner, lambda: Visitor("x", role), "只有编辑可以。")
    file = tmp_path / "a.txt"
    file.write_text("种树", encoding="utf-8")
    for change in (
        lambda: library.remove(["lake2019"]),
        lambda: library.correct("lake2019", "title", "题"),
        lambda: library.ingest([file]),
    ):
        with pytest.raises(NotAnEditorError, match="只有编辑"):
            change()
    assert list(inner.held) == ["lake2019", "school2020", "hostile"]
    assert library.document("lake2019").title == inner.document("lake2019").title
    assert len(library.documents()) == library.holdings().documents == 3
    assert library.root == tmp_path


def test_an_editor_changes_it(tmp_path: Path) -> None:
    inner = MemoryLibrary(root=tmp_path)
    library = EditorsOnly(inner, lambda: Visitor("x", Role.EDITOR), "")
    library.correct("lake2019", "title", "题")
    assert inner.document("lake2019").metadata.title == "题"
    library.remove(["lake2019"])
    assert library.was_removed("lake2019")


def kept_in_browser(*titles: str) -> Any:
    kept = tuple(conversation(n, title) for n, title in enumerate(titles, 1))
    return as_kept(Conversations(kept, 1))


def test_without_a_user_the_browser_keeps_everything() -> None:
    keeper = ConversationKeeper(Visitor, None)
    kept = keeper.keep(keeper.read(kept_in_browser("镜湖", "学校")))
    read = keeper.read(kept)
    assert [c.title for c in read.kept] == ["镜湖", "学校"]
    assert keeper.keep(read) == kept
    assert keeper.opened(kept, 2).current == 2
    assert [c.number for c in keeper.read(keeper.keep(read.discarded())).kept] == [2]


def test_a_users_conversations_are_found_again_on_another_device(tmp_path: Path) -> None:
    accounts = accounts_in(tmp_path)
    asking = [accounts.users.named(READER)]
    keeper = ConversationKeeper(
        lambda: Visitor("x", Role.READER, asking[0]), accounts.conversations
    )
    answers = conversation(1, "").answers
    here = keeper.keep(keeper.read(None).with_answers(answers, ("lake2019",)))
    assert here["conversations"] == []  # nothing private stays in the browser
    there = keeper.read(None)
    assert [c.title for c in there.kept] == ["镜湖水质怎样?"]
    assert there.answers == ()
    number = there.kept[0].number
    opened = keeper.opened(None, number)
    assert (opened.answers, opened.within) == (answers, ("lake2019",))
    two_tabs = [keeper.read(None).with_answers(answers) for _ in range(2)]
    for tab in two_tabs:
        keeper.keep(tab)
    assert len(keeper.read(None).kept) == 3  # neither took the other's place
    renamed = keeper.keep(opened.renamed("湖"))
    assert keeper.read(renamed).open.title == "湖"  # type: ignore[union-attr]
    keeper.keep(keeper.read(renamed).discarded())
    assert number not in [c.number for c in keeper.read(None).kept]
    asking[0] = accounts.users.named(EDITOR)
    assert keeper.read(here).kept == ()
    assert keeper.opened(here, here["current"]).answers == ()


def test_what_a_browser_kept_moves_in_with_who_signs_in(tmp_path: Path) -> None:
    accounts = accounts_in(tmp_path)
    user = accounts.users.named(READER)
    keeper = ConversationKeeper(lambda: Visitor("x", Role.READER, user), accounts.conversations)
    moved = keeper.moved_in(kept_in_browser("镜湖", "学校"))
    assert [c.title for c in moved.kept] == ["镜湖", "学校"]
    assert moved.open is not None
    assert moved.open.title == "镜湖"
    assert moved.answers
    assert len(keeper.moved_in(keeper.keep(moved)).kept) == 2  # once
