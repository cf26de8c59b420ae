"""Visitors that wait for each answer before they go on: a closed loop, bounded in time."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from bench.processes import Running
from bench.report import median, percentile

# Questions and follow-ups as visitors ask them; windows hold whole rounds of these.
ROUND = (
    "hello",
    "how does prp work?",
    "and how many sessions do I need?",
    "what about exosomes?",
    "does it hurt?",
    "thank you",
)
TURNS = 12  # after so many messages a visitor comes back as a new one
WARM_UP = 2 * len(ROUND)
LENGTH_SECONDS = 120.0  # a bound for the long conversation, whatever is measured


class NotAnswered(Exception):
    """There was no answer, or one without a reply in it."""


class Visitor(Protocol):
    """One conversation."""

    async def open(self) -> None:
        """Begins it."""

    async def say(self, text: str) -> None:
        """Says something and waits for the answer. Raises NotAnswered."""


MakeVisitor = Callable[[aiohttp.ClientSession, str], Visitor]


class ClinicVisitor:
    """Talks to our visitor API."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self._url = url + "/chat/v1"
        self._headers: dict[str, str] = {}

    async def open(self) -> None:
        async with self._client.post(f"{self._url}/session", json={}) as answer:
            token = (await answer.json())["token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    async def say(self, text: str) -> None:
        body = {"id": str(uuid.uuid4()), "type": "text", "text": text}
        url = f"{self._url}/messages"
        async with self._client.post(url, json=body, headers=self._headers) as answer:
            events = (await answer.json()).get("events", [])
        if not any(event["type"] == "assistant" for event in events):
            raise NotAnswered(str(answer.status))


class RestVisitor:
    """Talks to Rasa's own REST channel."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self._url = url + "/webhooks/rest/webhook"
        self._sender = ""

    async def open(self) -> None:
        self._sender = uuid.uuid4().hex

    async def say(self, text: str) -> None:
        body = {"sender": self._sender, "message": text}
        async with self._client.post(self._url, json=body) as answer:
            if not await answer.json():  # what Rasa says to each of its own failures
                raise NotAnswered(str(answer.status))


@dataclass(frozen=True)
class Cell:
    """What some visitors at once saw; times in milliseconds."""

    visitors: int
    messages: int
    failed: int
    per_second: float
    median: float
    p95: float
    server_cpu: float  # milliseconds of processor time of the server a message

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


def measure_cell(server: Running, make: MakeVisitor, visitors: int, seconds: float) -> Cell:
    """So many visitors, each with the next message as soon as the last was answered."""
    return asyncio.run(_cell(server, make, visitors, seconds))


def measure_length(server: Running, make: MakeVisitor, at: tuple[int, ...]) -> dict[str, float]:
    """Median milliseconds of the six messages around the n-th of one conversation, for each n:
    the six that begin with the first, else the six that end with it."""
    times = asyncio.run(_long_conversation(server, make, max(at)))
    size = len(ROUND)
    return {
        str(n): median(times[:size] if n < size else times[n - size : n])
        for n in at
        if n <= len(times)
    }


async def _cell(server: Running, make: MakeVisitor, visitors: int, seconds: float) -> Cell:
    times: list[float] = []
    failed = 0

    async def chat(client: aiohttp.ClientSession, until: float) -> None:
        nonlocal failed
        said = 0
        while time.perf_counter() < until:
            if said % TURNS == 0:
                visitor = make(client, server.url)
                await visitor.open()
            try:
                times.append(await _timed(visitor, ROUND[said % len(ROUND)]))
            except NotAnswered:
                failed += 1
            said += 1

    async with _client() as client:
        await _warm_up(client, server, make)
        cpu, began = server.cpu_seconds(), time.perf_counter()
        await asyncio.gather(*[chat(client, began + seconds) for _ in range(visitors)])
        passed, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
    each = 1000 * cpu / max(1, len(times))
    rate = len(times) / passed
    return Cell(visitors, len(times), failed, rate, median(times), percentile(times, 95), each)


async def _long_conversation(server: Running, make: MakeVisitor, length: int) -> list[float]:
    async with _client() as client:
        await _warm_up(client, server, make)
        visitor = make(client, server.url)
        await visitor.open()
        until = time.perf_counter() + LENGTH_SECONDS
        times: list[float] = []
        while len(times) < length and time.perf_counter() < until:
            times.append(await _timed(visitor, ROUND[len(times) % len(ROUND)]))
        return times


async def _timed(visitor: Visitor, text: str) -> float:
    began = time.perf_counter()
    await visitor.say(text)
    return 1000 * (time.perf_counter() - began)


async def _warm_up(client: aiohttp.ClientSession, server: Running, make: MakeVisitor) -> None:
    visitor = make(client, server.url)
    await visitor.open()
    for number in range(WARM_UP):
        await visitor.say(ROUND[number % len(ROUND)])


def _client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=60), connector=aiohttp.TCPConnector(limit=0)
    )
