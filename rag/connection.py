"""Works for a client only as long as it waits. Knows connections, not what is asked on them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

_T = TypeVar("_T")


async def while_connected(request: Request, work: Awaitable[_T]) -> _T | None:
    """The result of the work, or ``None`` when the client has gone, which stops the work."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    if task.done():
        return task.result()
    task.cancel()
    return None


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def to_nobody() -> Response:
    """The response to a client that has closed the connection."""
    return Response(status_code=499)
