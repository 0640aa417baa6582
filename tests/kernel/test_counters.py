"""Numbers never skip and never repeat."""

import threading

import pytest
from django.db import connections, transaction

from portal.kernel import counters
from portal.kernel.models import Counter


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        counters.take("x")


@pytest.mark.django_db
def test_numbers_of_different_keys_are_their_own():
    assert [counters.take("a"), counters.take("a"), counters.take("b")] == [1, 2, 1]


@pytest.mark.django_db(transaction=True)
def test_thirty_parallel_takers_of_which_some_give_up_leave_no_gap():
    taken: list[int] = []

    def take(gives_up: bool) -> None:
        try:
            with transaction.atomic():
                number = counters.take("issue")
                if gives_up:
                    raise KeyError  # the use fails; the number must go back
                taken.append(number)
        except KeyError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(n % 3 == 0,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(taken) == list(range(1, 21))
    assert Counter.objects.get(key="issue").value == 20
