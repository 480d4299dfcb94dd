"""The positions that a live case passes through are those of the plain game, however much is remembered."""

from __future__ import annotations

from random import Random  # noqa: TID251 -- names the type of what Hypothesis draws
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.net import play
from renkei.net.game import enabled, fire
from renkei.net.play import Play
from renkei.net.tables import Net
from tests.net_strategies import nets


@settings(deadline=None, max_examples=300)
@given(nets(), st.randoms(use_true_random=False), st.sampled_from([1, 2, 5, play.MOST_REMEMBERED]))
def test_every_position_is_that_of_the_plain_game(net: Net, random: Random, most: int) -> None:
    with patch.object(play, "MOST_REMEMBERED", most):
        found = Play(net)
        marking = net.initial
        for _ in range(30):
            here = found.at(marking)
            assert (here.marking, here.enabled) == (marking, tuple(enabled(net, marking)))
            if here.enabled and random.random() < 0.8:
                index = random.choice(here.enabled)
                after, led = fire(marking, net.transitions[index]), found.fire(marking, index)
            else:
                tokens = {random.randrange(len(net.places)): random.randrange(3) for _ in range(2)}
                after = tuple(tokens.get(place, count) for place, count in enumerate(marking))
                led = found.put(marking, tokens)
            assert (led.marking, led.enabled) == (after, tuple(enabled(net, after)))
            marking = after if sum(after) < 50 else net.initial
