"""The way through a loop that a plain request takes, where the code has others beside it.

A kernel holds code for what a request may ask: random numbers of its own or those of finer blocks, with or without
projections. One pass of a loop runs one of these variants, so all of them together are not what it costs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from roofline.code import Instruction, Loop


@dataclass(frozen=True)
class Way:
    """Instructions and inner loops that one pass meets."""

    own: tuple[Instruction, ...] = ()
    inner: tuple[Loop, ...] = ()
    work: frozenset[int] = frozenset()  # the addresses of what it is for
    size: int = 0
    refused: bool = False  # it leads through what is not asked for

    def after(self, item: Instruction | Loop, is_work: bool, is_refused: bool) -> "Way":
        first = item.first if isinstance(item, Loop) else item.address
        size = sum(1 for _ in item.all()) if isinstance(item, Loop) else 1
        return Way(
            self.own if isinstance(item, Loop) else (item, *self.own),
            (item, *self.inner) if isinstance(item, Loop) else self.inner,
            self.work | {first} if is_work else self.work,
            self.size + size,
            self.refused or is_refused,
        )


def better(a: Way, b: Way) -> Way:
    """Of two ways on from a branch. Where one does all the work of the other and more, the branch is around a loop that
    may be empty, and is not taken; where each does work of its own they are variants, of which the shorter is plain."""
    if a.refused != b.refused:
        return b if a.refused else a
    if a.work >= b.work and (a.work > b.work or a.size >= b.size):
        return a
    if b.work >= a.work:
        return b
    return min(a, b, key=lambda way: way.size)


def plain_way(
    loop: Loop, is_work: Callable[[Instruction | Loop], bool], is_refused: Callable[[Loop], bool] = lambda _: False
) -> Way:
    """One pass of `loop` from its first instruction to its end, backward branches apart."""
    items = sorted([*loop.own, *loop.inner], key=lambda item: item.first if isinstance(item, Loop) else item.address)
    begins = [item.first if isinstance(item, Loop) else item.address for item in items]
    ways: dict[int, Way] = {}  # on from each item

    def way_from(address: int) -> Way | None:
        """None outside the loop."""
        return ways.get(next((begin for begin in begins if begin >= address), -1)) if address <= loop.last else None

    for number, item in reversed(list(enumerate(items))):
        following = ways[begins[number + 1]] if number + 1 < len(items) else Way()
        if isinstance(item, Instruction):
            target = item.target()
            jumped = way_from(target) if target is not None and target > item.address else None
            if jumped is not None:
                following = better(following, jumped) if item.goes_on() else jumped
            elif not item.goes_on():
                following = Way()
        refused = isinstance(item, Loop) and is_refused(item)
        ways[begins[number]] = following.after(item, is_work(item), refused)
    return ways[begins[0]]
