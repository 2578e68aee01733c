"""The demo world: real baskets, invented people, one seed."""

from random import Random

import pytest

from triptych.runtime.demo import loading
from triptych.runtime.demo.people import mistyped_mail, settle, spoken_phone
from triptych.runtime.demo.sample import Sample, read_sample
from triptych.runtime.demo.story import tell

NOW = 1_795_500_000_000_000


@pytest.fixture(scope="module")
def sample() -> Sample:
    return read_sample(households=20, weeks=4, now=NOW)


def test_it_ends_the_sample_within_the_week_before_now(sample: Sample) -> None:
    last = max(basket.at for basket in sample.baskets)
    assert NOW - 7 * 86_400_000_000 <= last <= NOW
    assert sample.shifted_by % (7 * 86_400_000_000) == 0, "weekdays keep their name"


def test_it_tells_the_same_story_from_the_same_seed(sample: Sample) -> None:
    def story() -> list[object]:
        return list(loading._story(loading.World(sample, tuple(loading._settle(sample)), NOW)))

    assert story() == story()


def test_it_gives_every_basket_exactly_one_order(sample: Sample) -> None:
    household = settle(1, size=2, entity=1, random=Random(1))
    baskets = [basket for basket in sample.baskets if basket.household == sample.baskets[0].household]
    told = tell(household, baskets, start=baskets[0].at, random=Random(2))
    orders = [one.event["properties"] for one in told if one.event.get("event") == "Order Completed"]
    assert sorted(order["order_id"] for order in orders if isinstance(order, dict)) == sorted(
        basket.basket_id for basket in baskets
    )


def test_it_never_gives_two_people_the_same_identifier(sample: Sample) -> None:
    people = [person for household in loading._settle(sample) for person in household.people]
    owned = [identifier for person in people for identifier in person.identifiers]
    assert len(owned) == len(set(owned))


def test_it_errs_as_people_do_and_stays_the_same_person() -> None:
    for seed in range(50):
        assert mistyped_mail("alice@courriel.example", Random(seed)).strip().lower() == "alice@courriel.example"
        digits = "".join(filter(str.isdigit, spoken_phone("+33612345678", Random(seed))))
        assert digits in {"33612345678", "0612345678"}
