"""The attack: what a reader can work out of each hidden value, from a release folder alone.

It knows what every reader knows, the definitions of the study and the printed numbers, and shares no code with what
hides: a second pair of eyes must not have the first one's blind spots."""

from firmtrade.protection.attack.attack import Attack, Disclosure, attack, attack_published
from firmtrade.protection.attack.published import PublishedRelease, beside, published

__all__ = ["Attack", "Disclosure", "PublishedRelease", "attack", "attack_published", "beside", "published"]
