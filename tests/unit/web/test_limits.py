from __future__ import annotations

import pytest

from clinicbot.web.chat.limits import MAX_KEYS, Buckets, RateLimited, address_key


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def three_a_minute(clock: Clock) -> Buckets:
    return Buckets(3, seconds=60, clock=clock)


def use_up(buckets: Buckets, key: str) -> None:
    for _ in range(3):
        buckets.take(key)


def test_the_fourth_call_is_refused_and_told_when_to_come_back(three_a_minute: Buckets) -> None:
    use_up(three_a_minute, "a")
    with pytest.raises(RateLimited) as refused:
        three_a_minute.take("a")
    assert refused.value.retry_after == 20


def test_coming_back_at_that_time_works(three_a_minute: Buckets, clock: Clock) -> None:
    use_up(three_a_minute, "a")
    clock.now += 19
    with pytest.raises(RateLimited):
        three_a_minute.take("a")
    clock.now += 1
    three_a_minute.take("a")


def test_a_long_pause_earns_no_more_than_the_amount(three_a_minute: Buckets, clock: Clock) -> None:
    use_up(three_a_minute, "a")
    clock.now += 86_400
    use_up(three_a_minute, "a")
    with pytest.raises(RateLimited):
        three_a_minute.take("a")


def test_one_key_does_not_use_up_another(three_a_minute: Buckets) -> None:
    use_up(three_a_minute, "a")
    three_a_minute.take("b")


def test_memory_is_bounded_however_many_keys_come(three_a_minute: Buckets) -> None:
    for i in range(MAX_KEYS + 500):
        three_a_minute.take(str(i))
    assert len(three_a_minute._state) == MAX_KEYS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::ffff"),
        ("[2001:db8::1]", "2001:db8::2"),
    ],
)
def test_addresses_of_one_host_share_a_key(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("192.0.2.7", "192.0.2.8"), ("2001:db8::1", "2001:db8:0:1::1")]
)
def test_addresses_of_two_hosts_do_not(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)
