"""Finds the order in which targets are to be built."""

from collections import deque


def read_targets(text):
    """What each target needs; a line reads `target: need need …`."""
    needs = {}
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        target, _, rest = line.partition(":")
        needs[target.strip()] = rest.split()
    return needs


def _users(needs):
    """Which targets need a target."""
    users = {target: [] for target in needs}
    for target, needed in needs.items():
        for need in needed:
            users[need].append(target)
    return users


def order(needs):
    """Each target after all that it needs."""
    users = _users(needs)
    missing = {target: len(needed) for target, needed in needs.items()}
    ready = deque(sorted(target for target, count in missing.items() if count == 0))
    done = []
    while ready:
        target = ready.popleft()
        done.append(target)
        for user in users[target]:
            missing[user] -= 1
            if missing[user] == 0:
                ready.append(user)
    if len(done) < len(needs):
        raise ValueError("targets need each other in a circle")
    return done


def plan(text):
    """The steps of a build that a text describes."""
    return [f"build {target}" for target in order(read_targets(text))]
