"""A chat full of invented personal data, and a search for what is left of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import httpx

from tests.visitor import Server, Visitor

# What is typed, and the words in it that must be nowhere afterwards.
SAID = {
    "my ssn is 523-45-6789": ["523-45-6789"],
    "card 4242 4242 4242 4242 exp 11/29 cvv 917": ["4242 4242", "11/29"],
    "here is my medicare number 1EG4-TE5-MK73": ["1EG4", "MK73"],
    "Tamsin Quillfeather DOB 04/12/1988 MRN A7654321 HIV positive": [
        *("Quillfeather", "04/12/1988", "A7654321"),
    ],
    "my insurance id is XJ99887766": ["XJ99887766"],
    "my password is zebrahunter2, can you log in for me": ["zebrahunter2"],
    "my wife Marigold Featherstone is on antidepressants, her number is 614-889-7731": [
        *("Marigold", "Featherstone", "614-889-7731", "889-7731"),
    ],
    "is it ok to write to tamsin.q@quillmail.org about prp and what it costs me in the end?": [
        *("quillmail", "tamsin"),
    ],
    "my name is Bartholomew Crabtree and what does prp cost": ["Bartholomew", "Crabtree"],
    "can I come from 4417 Larkspur Avenue and back in a day": ["4417", "Larkspur"],
    "passport number 533401372 is mine": ["533401372"],
    "IBAN GB82 WEST 1234 5698 7654 32 for the money": ["WEST 1234", "7654 32"],
    "does it matter that I was born 3rd of March 1985": ["3rd of March 1985"],
    "/inform my ssn is 523-45-6780": ["523-45-6780"],
}
# Typed as a bare name before anybody asked: it is only known to be one later.
NAME = "Ottoline Vanderspeck"
CONTACT = "ottoline@vanderspeck.net"
FIELDS = {"name": "Peregrine Oakenfold", "contact": "(614) 889 0099"}
HALF_NAME = "Quillon Ravenscroft"
REASON = {"Zebulon, 614-889-5566, said: my name is Zebulon": ["614-889-5566", "Zebulon."]}
REFUSED = ["614-889-3210", "614-889-3211", "614-889-3212", "614-889-3213", "614-889-3214"]
# What only the request to be called back may hold.
REQUESTED = [NAME, "Ottoline", "Vanderspeck", CONTACT, *FIELDS.values(), "Oakenfold", "889 0099"]
GONE = [word for words in SAID.values() for word in words] + ["614-889-5566", *REFUSED]


def chat(server: Server, book: str) -> None:
    """Says all of it; `book` is what starts a request to be called back."""
    visitor = server.visitor()
    visitor.post(type="text", text=f"{NAME} wants prp")
    for text in SAID:
        visitor.post(type="text", text=text)
    visitor.say(book)
    visitor.say(NAME)
    break_storing(server, lambda: visitor.post(type="text", text=CONTACT))
    assert "CB-" in visitor.say(CONTACT).text
    visitor.say(book)
    assert "CB-" in visitor.fill(**FIELDS).text
    for reason in REASON:
        vote = {"message": 2, "value": "down", "reason": reason}
        assert visitor.client.post("/chat/v1/feedback", json=vote).status_code == 200
    refuse(visitor)


def break_storing(server: Server, action) -> None:
    """The table of requests is away while this happens: the action fails, and the turn."""
    rename(server, "callback_requests", "gone")
    try:
        assert action().status_code in {500, 503}
    finally:
        rename(server, "gone", "callback_requests")


def rename(server: Server, before: str, after: str) -> None:
    with closing(sqlite3.connect(server.database, timeout=10)) as connection:
        connection.execute("PRAGMA legacy_alter_table = ON")
        connection.execute(f"ALTER TABLE {before} RENAME TO {after}")
        connection.commit()


def refuse(visitor: Visitor) -> None:
    """Requests that are refused, each with something in it that may not be logged."""
    first, second, third, fourth, fifth = REFUSED
    assert visitor.post(type="text", text=f"{first} " * 200).status_code == 413
    assert visitor.post(type="choice", choice=f"answer:{second}").status_code == 400
    assert visitor.post(type="form", fields={third: third}).status_code == 400
    body = {"content": f'{{"text": "{fourth}"', "headers": {"Content-Type": "application/json"}}
    assert visitor.client.post("/chat/v1/messages", **body).status_code == 400
    assert visitor.client.get(f"/{fifth}").status_code == 404
    with suppress(httpx.HTTPError):
        visitor.post(type="text", text=f"{first} " * 20_000)


def leave_a_form(server: Server, book: str) -> Visitor:
    """A visitor who has given a name and not yet a contact."""
    visitor = server.visitor()
    visitor.say(book)
    visitor.say(HALF_NAME)
    return visitor


def found_in_log(server: Server) -> list[str]:
    log = server.log.read_text()
    return [word for word in (*GONE, *REQUESTED, HALF_NAME) if word in log]


def found_in_tables(database: Path, words: list[str], leave_out: set[str]) -> list[tuple[str, str]]:
    """Where the words stand: every table of the database, but for some."""
    address = f"file:{database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_list") if row[2] == "table"]
        assert {"chat_events", "tracker_events", "turn_log", "feedback"} <= set(names)
        dumps = {
            name: str(list(connection.execute(f'SELECT * FROM "{name}"')))
            for name in names
            if name not in leave_out
        }
    return [(table, word) for table, dump in dumps.items() for word in words if word in dump]
